import * as tf from '@tensorflow/tfjs';
import { activate, activateGradient } from '../../src/kernels/activation';
import { ACTIVATIONS } from '../../src/kernels/activation-names';
import { attention, attentionGradient } from '../../src/kernels/attention';
import { dropout } from '../../src/kernels/dropout';
import { embed } from '../../src/kernels/embed';
import { globalNorm } from '../../src/kernels/global-norm';
import { layerNorm, layerNormGradient } from '../../src/kernels/layer-norm';
import { linear, linearInputGradient, linearWeightGradient } from '../../src/kernels/linear';
import { normals } from '../../src/kernels/random';
import { addRowGradients, rowGradient } from '../../src/kernels/rows';
import { firstTokenSegments, selfSegments } from '../../src/kernels/segments';

/** What an op gives on the current backend, for inputs that are the same on every backend. */
export interface OpCase {
  name: string;
  /** Has head sizes or norms that are no multiple of 4, which the WebGPU programs refuse. */
  hasOddSizes?: boolean;
  compute(): tf.Tensor[];
}

export function randomTensor<T extends tf.Tensor>(shape: number[], seed: number, deviation = 1): T {
  return tf.tensor(normals(tf.util.sizeFromShape(shape), deviation, seed), shape) as T;
}

const matrix = (rows: number, columns: number, seed: number, deviation?: number) =>
  randomTensor<tf.Tensor2D>([rows, columns], seed, deviation);
const vector = (size: number, seed: number) => randomTensor<tf.Tensor1D>([size], seed);

const MASK = { probability: 0.3, seed: 7, firstRow: 11 };

/** Sizes at, below and above the wasm programs' tiles (6 × 8), row blocks (96) and depth (384). */
const LINEAR_SIZES = [
  [1, 4, 1],
  [5, 3, 9],
  [6, 8, 8],
  [97, 33, 50],
  [200, 385, 24],
  [20, 800, 17],
] as const;

const linears = LINEAR_SIZES.map(([rows, inputs, outputs]): OpCase => ({
  name: `linear, ${rows} rows, ${inputs} to ${outputs}`,
  compute() {
    const [x, weight, dy] = [matrix(rows, inputs, 1), matrix(inputs, outputs, 2, 0.1), matrix(rows, outputs, 3)];
    return [
      linear(x, weight, vector(outputs, 4)),
      linearInputGradient(dy, weight),
      linearInputGradient(dy, weight, matrix(rows, inputs, 5)),
      ...linearWeightGradient(x, dy),
    ];
  },
}));

const activations = ACTIVATIONS.map((name): OpCase => ({
  name,
  compute() {
    // Also far out, where exp and erf have nothing left to give.
    const x = tf.concat([matrix(3, 7, 1, 3), tf.tensor2d([-90, -20, -6, 0, 6, 20, 90], [1, 7])], 0);
    const dy = matrix(4, 7, 2);
    return [
      activate(x, name),
      activateGradient(x, dy, name),
      linear(matrix(9, 5, 1), matrix(5, 11, 2), vector(11, 3), name),
    ];
  },
}));

/** Lengths of sequences, one of them longer than a block of queries, and the last a dummy. */
const OFFSETS = Int32Array.of(0, 1, 3, 34, 67, 167, 171);
const SEQUENCES = OFFSETS.length - 2;

const attentions = [
  [2, 8],
  [3, 5],
  [1, 32],
].flatMap(([heads, size]) =>
  [undefined, MASK].flatMap((mask) =>
    (['self', 'first tokens'] as const).map((kind): OpCase => ({
      name: `attention, ${heads} heads of ${size}, ${kind}${mask ? ', dropout' : ''}`,
      hasOddSizes: size! % 4 !== 0,
      compute() {
        const hidden = heads! * size!;
        const segments = kind === 'self' ? selfSegments(OFFSETS) : firstTokenSegments(OFFSETS, SEQUENCES);
        const queries = kind === 'self' ? OFFSETS.at(-1)! : SEQUENCES;
        const [q, kv] = [matrix(queries, hidden, 1, 2), matrix(OFFSETS.at(-1)!, 2 * hidden, 2)];
        const options = { heads: heads!, ...(mask && { dropout: mask }) };
        const [context, logSumExp] = attention(q, kv, segments, options);
        const dContext = matrix(queries, hidden, 3);
        return [context, logSumExp, ...attentionGradient(q, kv, context, logSumExp, dContext, segments, options)];
      },
    })),
  ),
);

const norms = [4, 7, 32, 33].flatMap((columns) =>
  [
    { residual: false, mask: undefined },
    { residual: true, mask: undefined },
    { residual: true, mask: MASK },
  ].map(({ residual, mask }): OpCase => ({
    name: `layer norm, ${columns} columns${residual ? ', residual' : ''}${mask ? ', dropout' : ''}`,
    hasOddSizes: columns % 4 !== 0,
    compute() {
      const inputs = {
        x: matrix(9, columns, 1, 3),
        gamma: vector(columns, 3),
        ...(residual && { residual: matrix(9, columns, 2) }),
        ...(mask && { dropout: mask }),
      };
      const [y, statistics] = layerNorm(inputs, vector(columns, 4), 1e-5);
      return [y, statistics, ...layerNormGradient(matrix(9, columns, 5), inputs, statistics)];
    },
  })),
);

const IDS = Int32Array.of(3, 0, 3, 9, 4, 0, 3, 11, 9);

const rows: OpCase[] = [
  {
    name: 'dropout',
    compute: () => [dropout(matrix(7, 5, 1), MASK), dropout(matrix(7, 4, 1), { ...MASK, firstRow: 3e6, seed: -1 })],
  },
  {
    name: 'embedding and its gradient',
    compute() {
      const ids = tf.tensor1d(IDS, 'int32');
      const place = tf.tensor1d(
        IDS.map((_, i) => i % 4),
        'int32',
      );
      const type = tf.tensor1d(
        IDS.map((_, i) => i % 2),
        'int32',
      );
      const tables = { word: matrix(12, 6, 1), position: matrix(4, 6, 2), type: matrix(2, 6, 3) };
      const dy = matrix(IDS.length, 6, 4);
      const gradient = rowGradient(dy, IDS);
      const other = rowGradient(
        tf.mul(dy, 2),
        IDS.map((id) => (id + 1) % 12),
      );
      const values = [gradient.values, addRowGradients(gradient, other).values];
      return [embed({ word: ids, position: place, type }, tables), ...values];
    },
  },
  { name: 'global norm', compute: () => [globalNorm([matrix(5, 7, 1), vector(100, 2), matrix(1, 1, 3)])] },
];

export const OP_CASES: OpCase[] = [...linears, ...activations, ...attentions, ...norms, ...rows];
