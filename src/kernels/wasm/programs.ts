import type { TensorInfo } from '@tensorflow/tfjs';
import type { ActivationName } from '../activation-names';
import type { AdamWOptions } from '../adam-w';
import type { AttentionOptions } from '../attention';
import { maskConstants, type Dropout } from '../dropout';
import type { Call } from './call-queue';
import type { Heap } from './heap';
import { partsFor, partsOf, type Part } from './parts';

/**
 * The wasm backend's programs, by the names and with the inputs and attributes that the ops' files give: each finds its
 * tensors' addresses, allocates its result, and calls the compiled module.
 */
type Inputs<Names extends string> = Record<Names, TensorInfo>;

const ACTIVATION_CODES: Record<ActivationName, number> = { gelu: 1, gelu_new: 2, relu: 3, tanh: 4 };

const sizeOf = ({ shape }: TensorInfo) => shape.reduce((product, n) => product * n, 1);

/** multiplier, increment, threshold, scale; all zero where dropout is off. */
function mask(dropout: Dropout | undefined): [number, number, number, number] {
  if (!dropout || dropout.probability === 0) return [0, 0, 0, 0];
  const { multiplier, increment, threshold, scale } = maskConstants(dropout);
  return [multiplier, increment, threshold, scale];
}

/** A matrix as `multiply` takes it: address, and the strides of its rows and columns in bytes. */
type Strided = readonly [address: number, rowStride: number, columnStride: number];

/** A row-major matrix as it is, and read transposed. */
const plain = (heap: Heap, matrix: TensorInfo): Strided => [heap.address(matrix), 4 * matrix.shape[1]!, 4];
const transposed = (heap: Heap, matrix: TensorInfo): Strided => [heap.address(matrix), 4, 4 * matrix.shape[1]!];

/** Rows of a product that one call makes are a multiple of this: what `multiply` packs at a time. */
const PRODUCT_ROWS = 96;

interface Product {
  /** [rows, depth] and [depth, columns] */
  a: Strided;
  b: Strided;
  /** Address of the result. */
  c: number;
  rows: number;
  columns: number;
  depth: number;
  /** Adds to what is in c. */
  add?: boolean;
  /** Address of [columns], 0: none. */
  bias?: number;
  activation?: ActivationName;
}

/** c = activation(a · b + bias): each thread makes some of its rows. */
function multiply(heap: Heap, { a, b, c, rows, columns, depth, add, bias, activation }: Product): void {
  const [address, rowStride, depthStride] = a;
  const calls = partsFor(heap.threads, rows, PRODUCT_ROWS).map(({ first, count }): Call => {
    const from = [address + first * rowStride, rowStride, depthStride, ...b, c + 4 * first * columns];
    const finish = [bias ?? 0, activation ? ACTIVATION_CODES[activation] : 0];
    return ['multiply', ...from, count, columns, depth, add ? 1 : 0, ...finish];
  });
  heap.run(calls, heap.programs.multiplyScratch(columns));
}

/** y [columns] = the sum of the rows of x [rows, columns], which lie `pitch` bytes apart: each thread sums some columns. */
function columnSums(heap: Heap, x: number, y: number, rows: number, columns: number, pitch = 4 * columns): void {
  const calls = partsFor(heap.threads, columns, 16).map(({ first, count }): Call => [
    'columnSums',
    x + 4 * first,
    y + 4 * first,
    rows,
    count,
    pitch,
  ]);
  heap.run(calls);
}

/** Elements that one call makes where each is made by itself. */
const ELEMENTS = 65536;

/** A call for each part of `count` elements. */
function elementwise(heap: Heap, count: number, call: (part: Part) => Call): void {
  heap.run(partsFor(heap.threads, count, ELEMENTS).map(call));
}

/** A call for some rows for each thread. */
function rowwise(heap: Heap, rows: number, call: (part: Part) => Call): void {
  heap.run(partsFor(heap.threads, rows, 32).map(call));
}

function linear(
  heap: Heap,
  { x, weight, bias }: Inputs<'x' | 'weight' | 'bias'>,
  { activation }: { activation?: ActivationName },
): TensorInfo {
  const [rows, depth] = x.shape as [number, number];
  const columns = weight.shape[1]!;
  const y = heap.allocate([rows, columns]);
  const [a, b] = [plain(heap, x), plain(heap, weight)];
  multiply(heap, { a, b, c: y.address, rows, columns, depth, bias: heap.address(bias), activation });
  return y;
}

function linearInputGradient(
  heap: Heap,
  { dy, weight, addend }: Inputs<'dy' | 'weight'> & { addend?: TensorInfo },
): TensorInfo {
  const [rows, depth] = dy.shape as [number, number];
  const columns = weight.shape[0]!;
  const dx = heap.allocate([rows, columns]);
  if (addend) heap.copy(heap.address(addend), dx.address, rows * columns);
  const [a, b] = [plain(heap, dy), transposed(heap, weight)];
  multiply(heap, { a, b, c: dx.address, rows, columns, depth, add: addend !== undefined });
  return dx;
}

function linearWeightGradient(heap: Heap, { x, dy }: Inputs<'x' | 'dy'>): TensorInfo[] {
  const [depth, rows] = x.shape as [number, number];
  const columns = dy.shape[1]!;
  const dWeight = heap.allocate([rows, columns]);
  const dBias = heap.allocate([columns]);
  multiply(heap, { a: transposed(heap, x), b: plain(heap, dy), c: dWeight.address, rows, columns, depth });
  columnSums(heap, heap.address(dy), dBias.address, depth, columns);
  return [dWeight, dBias];
}

function activation(heap: Heap, { x }: Inputs<'x'>, { name }: { name: ActivationName }): TensorInfo {
  const y = heap.allocate(x.shape);
  const from = heap.address(x);
  const code = ACTIVATION_CODES[name];
  elementwise(heap, sizeOf(x), ({ first, count }) => [
    'activate',
    from + 4 * first,
    y.address + 4 * first,
    count,
    code,
  ]);
  return y;
}

function activationGradient(heap: Heap, { x, dy }: Inputs<'x' | 'dy'>, { name }: { name: ActivationName }): TensorInfo {
  const dx = heap.allocate(x.shape);
  const addresses = [heap.address(x), heap.address(dy), dx.address];
  elementwise(heap, sizeOf(x), ({ first, count }) => [
    'activateGradient',
    ...addresses.map((address) => address + 4 * first),
    count,
    ACTIVATION_CODES[name],
  ]);
  return dx;
}

function seededDropout(heap: Heap, { x }: Inputs<'x'>, dropout: Dropout): TensorInfo {
  const y = heap.allocate(x.shape);
  const from = heap.address(x);
  const start = dropout.firstRow * x.shape[1]!;
  elementwise(heap, sizeOf(x), ({ first, count }) => [
    'dropout',
    ...[from + 4 * first, y.address + 4 * first, count, start + first],
    ...mask(dropout),
  ]);
  return y;
}

type NormInputs = Inputs<'x' | 'gamma'> & { residual?: TensorInfo };

function layerNorm(
  heap: Heap,
  { x, residual, gamma, beta }: NormInputs & Inputs<'beta'>,
  { epsilon, dropout }: { epsilon: number; dropout?: Dropout },
): TensorInfo[] {
  const [rows, columns] = x.shape as [number, number];
  const y = heap.allocate([rows, columns]);
  const statistics = heap.allocate([rows, 2]);
  const [from, added] = [heap.address(x), residual ? heap.address(residual) : 0];
  const [gammaAddress, betaAddress] = [heap.address(gamma), heap.address(beta)];
  rowwise(heap, rows, ({ first, count }) => {
    const skip = 4 * first * columns;
    return [
      'layerNorm',
      ...[from + skip, added && added + skip, gammaAddress, betaAddress, y.address + skip],
      ...[statistics.address + 8 * first, count, columns, epsilon],
      ...[((dropout?.firstRow ?? 0) + first) * columns, ...mask(dropout)],
    ];
  });
  return [y, statistics];
}

/** Rows whose parts of the sums dγ and dβ one call makes. */
const NORM_ROWS = 256;

function layerNormGradient(
  heap: Heap,
  { dy, x, residual, gamma, statistics }: NormInputs & Inputs<'dy' | 'statistics'>,
  { dropout }: { dropout?: Dropout },
): TensorInfo[] {
  const [rows, columns] = x.shape as [number, number];
  const dSum = heap.allocate([rows, columns]);
  const dGamma = heap.allocate([columns]);
  const dBeta = heap.allocate([columns]);
  // Sums over rows by part, then over parts: whatever the number of threads, they come out the same.
  const parts = partsOf(rows, NORM_ROWS);
  const sums = heap.allocate([parts.length, 2 * columns]);
  heap.clear(sums.address, parts.length * 2 * columns);
  const [dyAddress, from, added] = [heap.address(dy), heap.address(x), residual ? heap.address(residual) : 0];
  const [gammaAddress, statisticsAddress] = [heap.address(gamma), heap.address(statistics)];
  const calls = parts.map(({ first, count }, part): Call => {
    const skip = 4 * first * columns;
    const sum = sums.address + 8 * part * columns;
    return [
      'layerNormGradient',
      ...[dyAddress + skip, from + skip, added && added + skip, gammaAddress, statisticsAddress + 8 * first],
      ...[dSum.address + skip, sum, sum + 4 * columns, count, columns],
      ...[((dropout?.firstRow ?? 0) + first) * columns, ...mask(dropout)],
    ];
  });
  heap.run(calls);
  columnSums(heap, sums.address, dGamma.address, parts.length, columns, 8 * columns);
  columnSums(heap, sums.address + 4 * columns, dBeta.address, parts.length, columns, 8 * columns);
  heap.release(sums);
  return [dSum, dGamma, dBeta];
}

type AttentionAttributes = AttentionOptions & { queryOffsets: Int32Array; keyOffsets: Int32Array };

/** A call for each sequence, with scratch for the longest. */
function bySequence(
  heap: Heap,
  { queryOffsets, keyOffsets, heads }: AttentionAttributes,
  hidden: number,
  call: (query: number, key: number, queries: number, keys: number) => Call,
): void {
  const calls: Call[] = [];
  let longest = 0;
  for (let s = 0; s + 1 < queryOffsets.length; s++) {
    const [query, key] = [queryOffsets[s]!, keyOffsets[s]!];
    const keys = keyOffsets[s + 1]! - key;
    longest = Math.max(longest, keys);
    calls.push(call(query, key, queryOffsets[s + 1]! - query, keys));
  }
  heap.run(calls, heap.programs.attentionScratch(longest, hidden / heads));
}

function attention(heap: Heap, { q, kv }: Inputs<'q' | 'kv'>, attributes: AttentionAttributes): TensorInfo[] {
  const { heads, dropout, queryOffsets } = attributes;
  const [rows, hidden] = q.shape as [number, number];
  const context = heap.allocate([rows, hidden]);
  const logSumExp = heap.allocate([rows, heads]);
  const [qAddress, kvAddress] = [heap.address(q), heap.address(kv)];
  bySequence(heap, attributes, hidden, (query, key, queries, keys) => [
    'attention',
    ...[qAddress + 4 * query * hidden, kvAddress + 8 * key * hidden],
    ...[context.address + 4 * query * hidden, logSumExp.address + 4 * query * heads],
    ...[queries, keys, hidden, heads, (dropout?.firstRow ?? 0) + query, ...mask(dropout)],
  ]);
  const known = queryOffsets.at(-1)!;
  heap.clear(context.address + 4 * known * hidden, (rows - known) * hidden);
  heap.clear(logSumExp.address + 4 * known * heads, (rows - known) * heads);
  return [context, logSumExp];
}

function attentionGradient(
  heap: Heap,
  { q, kv, context, logSumExp, dContext }: Inputs<'q' | 'kv' | 'context' | 'logSumExp' | 'dContext'>,
  attributes: AttentionAttributes,
): TensorInfo[] {
  const { heads, dropout, queryOffsets, keyOffsets } = attributes;
  const [rows, hidden] = q.shape as [number, number];
  const keyRows = kv.shape[0]!;
  const dq = heap.allocate([rows, hidden]);
  const dkv = heap.allocate([keyRows, 2 * hidden]);
  const [qAddress, contextAddress, logSumExpAddress, dContextAddress] = [
    heap.address(q),
    heap.address(context),
    heap.address(logSumExp),
    heap.address(dContext),
  ];
  const kvAddress = heap.address(kv);
  bySequence(heap, attributes, hidden, (query, key, queries, keys) => {
    const [queryBytes, keyBytes] = [4 * query * hidden, 8 * key * hidden];
    return [
      'attentionGradient',
      ...[qAddress + queryBytes, kvAddress + keyBytes, contextAddress + queryBytes],
      ...[logSumExpAddress + 4 * query * heads, dContextAddress + queryBytes, dq.address + queryBytes],
      ...[dkv.address + keyBytes, queries, keys, hidden, heads],
      ...[(dropout?.firstRow ?? 0) + query, ...mask(dropout)],
    ];
  });
  const [knownQueries, knownKeys] = [queryOffsets.at(-1)!, keyOffsets.at(-1)!];
  heap.clear(dq.address + 4 * knownQueries * hidden, (rows - knownQueries) * hidden);
  heap.clear(dkv.address + 8 * knownKeys * hidden, (keyRows - knownKeys) * 2 * hidden);
  return [dq, dkv];
}

function embedSum(
  heap: Heap,
  {
    words,
    positions,
    types,
    word,
    position,
    type,
  }: Inputs<'words' | 'positions' | 'types' | 'word' | 'position' | 'type'>,
): TensorInfo {
  const [tokens, columns] = [words.shape[0]!, word.shape[1]!];
  const y = heap.allocate([tokens, columns]);
  const numbers = [words, positions, types].map((tensor) => heap.address(tensor));
  const tables = [word, position, type].map((tensor) => heap.address(tensor));
  rowwise(heap, tokens, ({ first, count }) => [
    'embedSum',
    ...[...numbers.map((address) => address + 4 * first), ...tables],
    ...[y.address + 4 * first * columns, count, columns],
  ]);
  return y;
}

function segmentSum(heap: Heap, { x, order, starts }: Inputs<'x' | 'order' | 'starts'>): TensorInfo {
  const [segments, columns] = [starts.shape[0]! - 1, x.shape[1]!];
  const y = heap.allocate([segments, columns]);
  const [from, orderAddress, startsAddress] = [heap.address(x), heap.address(order), heap.address(starts)];
  rowwise(heap, segments, ({ first, count }) => [
    'segmentSum',
    ...[from, orderAddress, startsAddress + 4 * first, y.address + 4 * first * columns, count, columns],
  ]);
  return y;
}

function globalNorm(heap: Heap, inputs: Record<string, TensorInfo>): TensorInfo {
  const norm = heap.allocate([]);
  const squares = Object.values(inputs).map((x) => heap.programs.sumOfSquares(heap.address(x), sizeOf(x)));
  heap.write(norm.address, Math.sqrt(squares.reduce((sum, square) => sum + square, 0)));
  return norm;
}

/** clip, β₁, β₂, rate, correction, ε, decay: the constants of assembly/adam-w.ts. */
function adamWConstants(norm: number, options: AdamWOptions): number[] {
  const { learningRate, weightDecay, beta1, beta2, epsilon, step, clipNorm } = options;
  const clip = clipNorm > 0 ? Math.min(1, clipNorm / (norm + 1e-6)) : 1;
  const rate = learningRate / (1 - beta1 ** step);
  return [clip, beta1, beta2, rate, 1 / Math.sqrt(1 - beta2 ** step), epsilon, 1 - learningRate * weightDecay];
}

function adamW(
  heap: Heap,
  inputs: Record<string, TensorInfo>,
  attributes: AdamWOptions & { count: number },
): TensorInfo[] {
  const constants = adamWConstants(heap.read(heap.address(inputs.gradientNorm!)), attributes);
  let first = heap.address(inputs.firstMoment!);
  let second = heap.address(inputs.secondMoment!);
  for (let i = 0; i < attributes.count; i++) {
    const parameter = inputs[`parameter${i}`]!;
    const size = sizeOf(parameter);
    const addresses = [heap.address(parameter), heap.address(inputs[`gradient${i}`]!), first, second];
    elementwise(heap, size, (part) => [
      'adamW',
      ...[...addresses.map((address) => address + 4 * part.first), part.count, ...constants],
    ]);
    first += 4 * size;
    second += 4 * size;
  }
  return [];
}

function adamWRows(heap: Heap, inputs: Record<string, TensorInfo>, options: AdamWOptions): TensorInfo[] {
  const address = (name: string) => heap.address(inputs[name]!);
  const [entries, columns] = inputs.parameter!.shape as [number, number];
  const constants = adamWConstants(heap.read(address('gradientNorm')), options);
  const [parameter, values, rowIndex] = [address('parameter'), address('values'), address('rowIndex')];
  const [firstMoment, secondMoment] = [address('firstMoment'), address('secondMoment')];
  rowwise(heap, entries, ({ first, count }) => {
    const skip = 4 * first * columns;
    return [
      'adamWRows',
      ...[parameter + skip, values, rowIndex + 4 * first, firstMoment + skip, secondMoment + skip, count, columns],
      ...constants,
    ];
  });
  return [];
}

/** By kernel name. */
export const PROGRAMS = {
  Linear: linear,
  LinearInputGrad: linearInputGradient,
  LinearWeightGrad: linearWeightGradient,
  Activation: activation,
  ActivationGrad: activationGradient,
  SeededDropout: seededDropout,
  ResidualLayerNorm: layerNorm,
  ResidualLayerNormGrad: layerNormGradient,
  RaggedAttention: attention,
  RaggedAttentionGrad: attentionGradient,
  EmbedSum: embedSum,
  SegmentSum: segmentSum,
  GlobalNorm: globalNorm,
  AdamW: adamW,
  AdamWRows: adamWRows,
};
