import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { activationWgsl } from './activation.webgpu';
import type { ActivationName } from './activation-names';
import { run, unrolled, variants, type ElementType, type UniformType } from './program.webgpu';
import type { Storage } from './storage.webgpu';

/**
 * C [m, n] = A [m, k] B [k, n], tiled in registers: a workgroup of 8 × 8 threads makes a square tile of C, each thread
 * tile/8 × tile/8 of it. Panels of A and B pass through workgroup memory, both with k first, so that a thread reads its
 * rows of A and columns of B as vec4s:
 *
 *          n0 … n0 + tile                   stored as     panel loaded
 *        ┌──────────────┐           A   [m, k]   4 × 4 blocks, transposed in registers
 *     k  │   panel of B │               [k, m]   as it lies (Aᵀ for a weight's gradient)
 *        └──────────────┘           B   [k, n]   as it lies
 *   ┌──┐ ┌──────────────┐               [n, k]   4 × 4 blocks, transposed in registers (Wᵀ for an input's gradient)
 *   │A │ │  tile of C   │
 *   └──┘ └──────────────┘
 *
 * Sums over long k (a weight's gradient: k = tokens) may be split over workgroups: C is then [splits, m, n], to be added up.
 *
 * Halves stay halves in the panels, where the device knows them. Then a thread may multiply and add up within a panel (16 or 32
 * products) in halves as well, before it adds that to its float sum: twice the speed on GPUs that do two at a time.
 */
export type Lies = 'kLast' | 'kFirst';

const SIDE = 8;

/**
 * After the product: nothing, + a row vector, + a matrix, B's column sums as a second output, or the splits' parts, each with
 * B's column sums as one more row.
 */
export type Ending = 'none' | 'bias' | 'addend' | 'sums' | 'parts';

/** Elements of A's or B's panel: 4 KiB each in workgroup memory, or 2 of halves. */
const PANEL = 1024;

/** What panels are made of, and a `stored` as that. */
function panelOf(storage: Storage): { type: string; of: (stored: string) => string } {
  return storage === 'f16x4'
    ? { type: 'vec4<f16>', of: (stored) => stored }
    : { type: 'vec4f', of: (stored) => `wide(${stored})` };
}

/** Copies a panel of `name` to workgroup memory, k first. */
function loading(name: 'a' | 'b', lies: Lies, tile: number, storage: Storage): string {
  const { type, of } = panelOf(storage);
  const panelK = PANEL / tile;
  const width = tile / 4;
  const [at, edge4, edge] = name === 'a' ? ['m0', 'u.m4', 'u.m'] : ['n0', 'u.n4', 'u.n'];
  if (lies === 'kFirst') {
    return `for (var slot = place; slot < ${panelK * width}u; slot += ${SIDE * SIDE}u) {
      let k = k0 + slot / ${width}u;
      let c = ${at} / 4u + slot % ${width}u;
      var value = ${type}();
      if (k < kEnd && c < ${edge4}) { value = ${of(`${name}[k * ${edge4} + c]`)}; }
      ${name}Panel[slot] = value;
    }`;
  }
  // One 4 × 4 block a thread: PANEL / 16 = 64 of them.
  const blocksK = panelK / 4;
  return `{
      let row = ${at} + 4u * (place / ${blocksK}u);
      let k4 = place % ${blocksK}u;
      let atK4 = k0 / 4u + k4;
      ${unrolled(4, (r) => `var v${r} = ${type}();\n      if (row + ${r}u < ${edge} && 4u * atK4 < kEnd) { v${r} = ${of(`${name}[(row + ${r}u) * u.k4 + atK4]`)}; }`)}
      let to = 4u * k4 * ${width}u + place / ${blocksK}u;
      ${unrolled(4, (c) => {
        const component = 'xyzw'[c]!;
        return `${name}Panel[to + ${c * width}u] = ${type}(${unrolled(4, (r) => `v${r}.${component}`, ', ')});`;
      })}
    }`;
}

/** A thread's columns lie SIDE vec4s apart, so that neighbours read and write neighbouring ones. */
const columnOf = (j: number) => `(column + ${j * SIDE}u)`;

const product = variants(
  (
    aLies: Lies,
    bLies: Lies,
    ending: Ending,
    tile: number,
    activation: ActivationName | 'identity',
    storage: Storage,
    inHalves: boolean,
    scaled: boolean,
  ) => {
    const per = tile / SIDE;
    const per4 = per / 4;
    const width = tile / 4;
    const panelK = PANEL / tile;
    const panel = panelOf(storage).type;
    const factor = inHalves ? panel : 'vec4f';
    const extra: Record<string, ElementType> = {
      ...(ending === 'bias' && { bias: 'vec4f' }),
      ...(ending === 'addend' && { addend: 'stored' }),
      ...(scaled && { scale: 'f32' }),
    };
    const uniforms: Record<string, UniformType> = {
      m: 'u32',
      m4: 'u32',
      n: 'u32',
      n4: 'u32',
      k: 'u32',
      k4: 'u32',
      kPerSplit: 'u32',
    };
    const columnSums = ending === 'parts' || ending === 'sums';
    const inParts = ending === 'parts';
    const finish = (value: string, at: string, j: number) => {
      if (columnSums) return scaled ? `scale[0] * ${value}` : value;
      if (ending === 'bias') value = `${value} + bias${j}`;
      if (ending === 'addend') value = `${value} + wide(addend[${at}])`;
      // Rounded before the activation, as where the two are apart: training and scoring give the same scores.
      return `narrow(${activation === 'identity' ? value : `activated(wide(narrow(${value})))`})`;
    };
    return {
      name: 'MatMul',
      storage,
      outputs: { c: columnSums ? 'vec4f' : 'stored', ...(ending === 'sums' && { sums: 'vec4f' as ElementType }) },
      inputs: { a: 'stored', b: 'stored', ...extra },
      uniforms,
      code: `${activation === 'identity' ? '' : activationWgsl(activation)}
var<workgroup> aPanel: array<${panel}, ${PANEL / 4}>;
var<workgroup> bPanel: array<${panel}, ${PANEL / 4}>;
@compute @workgroup_size(${SIDE}, ${SIDE})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u,
        @builtin(local_invocation_index) place: u32) {
  let m0 = group.y * ${tile}u;
  let n0 = group.x * ${tile}u;
  let kEnd = min(u.k, (group.z + 1u) * u.kPerSplit);
  ${unrolled(per, (i) => unrolled(per4, (j) => `var c${i}_${j} = vec4f();`, ' '))}
  ${columnSums ? unrolled(per4, (j) => `var s${j} = vec4f();`) : ''}
  for (var k0 = group.z * u.kPerSplit; k0 < kEnd; k0 += ${panelK}u) {
    ${loading('a', aLies, tile, storage)}
    ${loading('b', bLies, tile, storage)}
    workgroupBarrier();
    ${inHalves ? unrolled(per, (i) => unrolled(per4, (j) => `var h${i}_${j} = ${factor}();`, ' ')) : ''}
    for (var k = 0u; k < ${panelK}u; k++) {
      ${unrolled(per4, (i) => `let a${i} = ${factor}(aPanel[k * ${width}u + local.y * ${per4}u + ${i}u]);`)}
      ${unrolled(per4, (j) => `let b${j} = ${factor}(bPanel[k * ${width}u + local.x + ${j * SIDE}u]);`)}
      ${unrolled(per, (i) => unrolled(per4, (j) => `${inHalves ? 'h' : 'c'}${i}_${j} += a${i >> 2}.${'xyzw'[i % 4]} * b${j};`, ' '))}
      ${columnSums ? unrolled(per4, (j) => `s${j} += b${j};`) : ''}
    }
    ${inHalves ? unrolled(per, (i) => unrolled(per4, (j) => `c${i}_${j} += vec4f(h${i}_${j});`, ' ')) : ''}
    workgroupBarrier();
  }
  let row = m0 + local.y * ${per}u;
  let column = n0 / 4u + local.x;
  ${ending === 'bias' ? unrolled(per4, (j) => `let bias${j} = bias[${columnOf(j)}];`) : ''}
  ${inParts ? 'let part = group.z * (u.m + 1u) * u.n4;' : ''}
  ${unrolled(per, (i) =>
    unrolled(per4, (j) => {
      const at = `${inParts ? 'part + ' : ''}(row + ${i}u) * u.n4 + ${columnOf(j)}`;
      return `if (row + ${i}u < u.m && ${columnOf(j)} < u.n4) { c[${at}] = ${finish(`c${i}_${j}`, at, j)}; }`;
    }),
  )}
  ${
    columnSums
      ? `if (row == 0u) { ${unrolled(per4, (j) => {
          const target = inParts ? `c[part + u.m * u.n4 + ${columnOf(j)}]` : `sums[${columnOf(j)}]`;
          return `if (${columnOf(j)} < u.n4) { ${target} = ${finish(`s${j}`, '', j)}; }`;
        })} }`
      : ''
  }
}`,
    };
  },
);

export interface MatMul {
  a: tf.TensorInfo;
  b: tf.TensorInfo;
  aLies: Lies;
  bLies: Lies;
  m: number;
  n: number;
  k: number;
  ending: Ending;
  /** Row vector [n] or matrix [m, n] that the ending adds. */
  added?: tf.TensorInfo | undefined;
  activation?: ActivationName | undefined;
  /** How A, B and the result lie; column sums and what comes with them are floats. */
  storage: Storage;
  /** Whether short sums are made in halves: for what is not a gradient, whose range is too wide for them. */
  inHalves?: boolean;
  /** Factor [1] of a product with column sums, and of those. */
  scale?: tf.TensorInfo | undefined;
  /** Parts of k, for the ending `parts`: 1 otherwise. */
  splits?: number;
  outputShape: number[];
  /** Side of C's tiles, 32 or 64. */
  tile?: number;
}

/** Below this many large tiles a GPU is not filled: smaller ones then. */
const FEW_WORKGROUPS = 64;

const tiles = (m: number, n: number, tile: number) => Math.ceil(m / tile) * Math.ceil(n / tile);

/** Whether the programs can do it: rows of A, B and C as whole vec4s. */
export function isDivisible(...sizes: number[]): boolean {
  return sizes.every((size) => size % 4 === 0);
}

/**
 * Runs a product → [C], and with `sums` the column sums of B [n]. `parts` gives [splits, m + 1, n]: each part's C, then the
 * column sums of its B.
 */
export function matMul(backend: WebGPUBackend, options: MatMul): [tf.TensorInfo, ...tf.TensorInfo[]] {
  const { a, b, aLies, bLies, m, n, k, ending, added, activation = 'identity', splits = 1, outputShape } = options;
  const { storage, inHalves = false, scale } = options;
  const tile = options.tile ?? (tiles(m, n, 64) * splits < FEW_WORKGROUPS ? 32 : 64);
  const panelK = PANEL / tile;
  const extra: Record<string, tf.TensorInfo> = { ...(added && { [ending]: added }), ...(scale && { scale }) };
  return run(
    backend,
    product(aLies, bLies, ending, tile, activation, storage, inHalves && storage === 'f16x4', !!scale),
    {
      outputs: { c: outputShape, ...(ending === 'sums' && { sums: [n] }) },
      inputs: { a, b, ...extra },
      uniforms: {
        m,
        m4: m / 4,
        n,
        n4: n / 4,
        k,
        k4: k / 4,
        kPerSplit: Math.ceil(k / splits / panelK) * panelK,
      },
      workgroups: [Math.ceil(n / tile), Math.ceil(m / tile), splits],
    },
  ) as [tf.TensorInfo, ...tf.TensorInfo[]];
}
