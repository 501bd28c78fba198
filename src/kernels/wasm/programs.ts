import type { TensorInfo } from '@tensorflow/tfjs';
import type { ActivationName } from '../activation-names';
import type { AdamWOptions } from '../adam-w';
import type { AttentionOptions } from '../attention';
import { maskConstants, type Dropout } from '../dropout';
import type { Heap } from './heap';

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

/** A row-major matrix as `multiply` takes it: address, and the strides of its rows and columns in bytes. */
const plain = (heap: Heap, matrix: TensorInfo) => [heap.address(matrix), 4 * matrix.shape[1]!, 4] as const;
const transposed = (heap: Heap, matrix: TensorInfo) => [heap.address(matrix), 4, 4 * matrix.shape[1]!] as const;

function linear(
  heap: Heap,
  { x, weight, bias }: Inputs<'x' | 'weight' | 'bias'>,
  { activation }: { activation?: ActivationName },
): TensorInfo {
  const [rows, depth] = x.shape as [number, number];
  const columns = weight.shape[1]!;
  const y = heap.allocate([rows, columns]);
  const code = activation ? ACTIVATION_CODES[activation] : 0;
  const scratch = heap.scratch(heap.programs.multiplyScratch(columns));
  const shape = [rows, columns, depth];
  heap.programs.multiply(
    ...plain(heap, x),
    ...plain(heap, weight),
    y.address,
    ...shape,
    0,
    heap.address(bias),
    code,
    scratch,
  );
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
  const scratch = heap.scratch(heap.programs.multiplyScratch(columns));
  const add = addend ? 1 : 0;
  const shape = [rows, columns, depth];
  heap.programs.multiply(...plain(heap, dy), ...transposed(heap, weight), dx.address, ...shape, add, 0, 0, scratch);
  return dx;
}

function linearWeightGradient(heap: Heap, { x, dy }: Inputs<'x' | 'dy'>): TensorInfo[] {
  const [depth, rows] = x.shape as [number, number];
  const columns = dy.shape[1]!;
  const dWeight = heap.allocate([rows, columns]);
  const dBias = heap.allocate([columns]);
  const scratch = heap.scratch(heap.programs.multiplyScratch(columns));
  const shape = [rows, columns, depth];
  heap.programs.multiply(...transposed(heap, x), ...plain(heap, dy), dWeight.address, ...shape, 0, 0, 0, scratch);
  heap.programs.columnSums(heap.address(dy), dBias.address, depth, columns);
  return [dWeight, dBias];
}

function activation(heap: Heap, { x }: Inputs<'x'>, { name }: { name: ActivationName }): TensorInfo {
  const y = heap.allocate(x.shape);
  heap.programs.activate(heap.address(x), y.address, sizeOf(x), ACTIVATION_CODES[name]);
  return y;
}

function activationGradient(heap: Heap, { x, dy }: Inputs<'x' | 'dy'>, { name }: { name: ActivationName }): TensorInfo {
  const dx = heap.allocate(x.shape);
  heap.programs.activateGradient(heap.address(x), heap.address(dy), dx.address, sizeOf(x), ACTIVATION_CODES[name]);
  return dx;
}

function seededDropout(heap: Heap, { x }: Inputs<'x'>, dropout: Dropout): TensorInfo {
  const y = heap.allocate(x.shape);
  const first = dropout.firstRow * x.shape[1]!;
  heap.programs.dropout(heap.address(x), y.address, sizeOf(x), first, ...mask(dropout));
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
  heap.programs.layerNorm(
    ...[heap.address(x), residual ? heap.address(residual) : 0, heap.address(gamma), heap.address(beta)],
    ...[y.address, statistics.address, rows, columns, epsilon],
    ...[(dropout?.firstRow ?? 0) * columns, ...mask(dropout)],
  );
  return [y, statistics];
}

function layerNormGradient(
  heap: Heap,
  { dy, x, residual, gamma, statistics }: NormInputs & Inputs<'dy' | 'statistics'>,
  { dropout }: { dropout?: Dropout },
): TensorInfo[] {
  const [rows, columns] = x.shape as [number, number];
  const dSum = heap.allocate([rows, columns]);
  const dGamma = heap.allocate([columns]);
  const dBeta = heap.allocate([columns]);
  heap.clear(dGamma.address, columns);
  heap.clear(dBeta.address, columns);
  heap.programs.layerNormGradient(
    ...[heap.address(dy), heap.address(x), residual ? heap.address(residual) : 0, heap.address(gamma)],
    ...[heap.address(statistics), dSum.address, dGamma.address, dBeta.address, rows, columns],
    ...[(dropout?.firstRow ?? 0) * columns, ...mask(dropout)],
  );
  return [dSum, dGamma, dBeta];
}

type AttentionAttributes = AttentionOptions & { queryOffsets: Int32Array; keyOffsets: Int32Array };

/** Scratch for the longest sequence of a batch. */
function attentionScratch(heap: Heap, { keyOffsets, heads }: AttentionAttributes, hidden: number): number {
  let longest = 0;
  for (let s = 1; s < keyOffsets.length; s++) longest = Math.max(longest, keyOffsets[s]! - keyOffsets[s - 1]!);
  return heap.scratch(heap.programs.attentionScratch(longest, hidden / heads));
}

function attention(heap: Heap, { q, kv }: Inputs<'q' | 'kv'>, attributes: AttentionAttributes): TensorInfo[] {
  const { heads, dropout, queryOffsets, keyOffsets } = attributes;
  const [rows, hidden] = q.shape as [number, number];
  const context = heap.allocate([rows, hidden]);
  const logSumExp = heap.allocate([rows, heads]);
  const scratch = attentionScratch(heap, attributes, hidden);
  const [qAddress, kvAddress] = [heap.address(q), heap.address(kv)];
  for (let s = 0; s + 1 < queryOffsets.length; s++) {
    const [query, key] = [queryOffsets[s]!, keyOffsets[s]!];
    heap.programs.attention(
      ...[qAddress + 4 * query * hidden, kvAddress + 8 * key * hidden],
      ...[context.address + 4 * query * hidden, logSumExp.address + 4 * query * heads],
      ...[queryOffsets[s + 1]! - query, keyOffsets[s + 1]! - key, hidden, heads],
      ...[(dropout?.firstRow ?? 0) + query, ...mask(dropout), scratch],
    );
  }
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
  const scratch = attentionScratch(heap, attributes, hidden);
  const byQuery = [q, context, logSumExp, dContext].map((tensor) => heap.address(tensor)) as [
    number,
    number,
    number,
    number,
  ];
  const [qAddress, contextAddress, logSumExpAddress, dContextAddress] = byQuery;
  for (let s = 0; s + 1 < queryOffsets.length; s++) {
    const [query, key] = [queryOffsets[s]!, keyOffsets[s]!];
    const [queryBytes, keyBytes] = [4 * query * hidden, 8 * key * hidden];
    heap.programs.attentionGradient(
      ...[qAddress + queryBytes, heap.address(kv) + keyBytes, contextAddress + queryBytes],
      ...[logSumExpAddress + 4 * query * heads, dContextAddress + queryBytes, dq.address + queryBytes],
      ...[dkv.address + keyBytes, queryOffsets[s + 1]! - query, keyOffsets[s + 1]! - key, hidden, heads],
      ...[(dropout?.firstRow ?? 0) + query, ...mask(dropout), scratch],
    );
  }
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
  const inputs = [words, positions, types, word, position, type].map((tensor) => heap.address(tensor));
  heap.programs.embedSum(...inputs, y.address, tokens, columns);
  return y;
}

function segmentSum(heap: Heap, { x, order, starts }: Inputs<'x' | 'order' | 'starts'>): TensorInfo {
  const [segments, columns] = [starts.shape[0]! - 1, x.shape[1]!];
  const y = heap.allocate([segments, columns]);
  heap.programs.segmentSum(heap.address(x), heap.address(order), heap.address(starts), y.address, segments, columns);
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
    const gradient = heap.address(inputs[`gradient${i}`]!);
    heap.programs.adamW(heap.address(parameter), gradient, first, second, size, ...constants);
    first += 4 * size;
    second += 4 * size;
  }
  return [];
}

function adamWRows(heap: Heap, inputs: Record<string, TensorInfo>, options: AdamWOptions): TensorInfo[] {
  const address = (name: string) => heap.address(inputs[name]!);
  const [entries, columns] = inputs.parameter!.shape as [number, number];
  heap.programs.adamWRows(
    ...([address('parameter'), address('values'), address('rowIndex')] as const),
    ...([address('firstMoment'), address('secondMoment'), entries, columns] as const),
    ...adamWConstants(heap.read(address('gradientNorm')), options),
  );
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
