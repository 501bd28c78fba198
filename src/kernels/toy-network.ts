import * as tf from '@tensorflow/tfjs';
import { activate, activateGradient } from './activation';
import { attention, attentionGradient } from './attention';
import type { Dropout } from './dropout';
import { dropout } from './dropout';
import { isHalf, toFloat, toHalf } from './half';
import { layerNorm, layerNormGradient, type LayerNormInputs } from './layer-norm';
import { linear, linearInputGradient, linearWeightGradient } from './linear';
import { normals } from './random';
import { selfSegments, type Segments } from './segments';

/**
 * A transformer of two layers small enough to differentiate in a moment on any backend: with it a device shows that its
 * programs compute the gradients that the CPU computes.
 */
const HIDDEN = 32;
const HEADS = 2;
const INNER = 64;
const LAYERS = 2;
const EPSILON = 1e-12;
const DEVIATION = 0.1;

const SHAPES: Record<string, [number, number]> = {
  query: [HIDDEN, HIDDEN],
  keyValue: [HIDDEN, 2 * HIDDEN],
  output: [HIDDEN, HIDDEN],
  up: [HIDDEN, INNER],
  down: [INNER, HIDDEN],
};

type Layer = Record<string, tf.Tensor2D>;

/** Makes matrices of the kind that the toy computes with. */
type Make = (rows: number, columns: number, deviation: number, seed: number) => tf.Tensor2D;

const floats: Make = (rows, columns, deviation, seed) =>
  tf.tensor2d(normals(rows * columns, deviation, seed), [rows, columns]);
const halves: Make = (...of) => toHalf(floats(...of));

function layerWeights(make: Make, seed: number): Layer {
  const entries = Object.entries(SHAPES).map(([name, [rows, columns]], i) => {
    return [name, make(rows, columns, DEVIATION, seed + i)] as const;
  });
  return Object.fromEntries(entries);
}

const zeros = (columns: number) => tf.zeros([columns]) as tf.Tensor1D;
const ones = () => tf.ones([HIDDEN]) as tf.Tensor1D;
const drop = (seed: number): Dropout => ({ probability: 0.1, seed, firstRow: 0 });

function forward(x: tf.Tensor2D, w: Layer, segments: Segments, seed: number) {
  const q = linear(x, w['query']!, zeros(HIDDEN));
  const kv = linear(x, w['keyValue']!, zeros(2 * HIDDEN));
  const attended = attention(q, kv, segments, { heads: HEADS, dropout: drop(seed) });
  const first = {
    x: linear(attended[0], w['output']!, zeros(HIDDEN)),
    residual: x,
    gamma: ones(),
    dropout: drop(seed + 1),
  };
  const middle = layerNorm(first, zeros(HIDDEN), EPSILON);
  const up = linear(middle[0], w['up']!, zeros(INNER));
  const active = activate(up, 'gelu');
  const second = {
    x: linear(active, w['down']!, zeros(HIDDEN)),
    residual: middle[0],
    gamma: ones(),
    dropout: drop(seed + 2),
  };
  return { x, q, kv, attended, first, middle, up, active, second, out: layerNorm(second, zeros(HIDDEN), EPSILON) };
}

function throughNorm(dy: tf.Tensor2D, inputs: LayerNormInputs, statistics: tf.Tensor2D) {
  const [dResidual] = layerNormGradient(dy, inputs, statistics);
  return { dResidual, dx: dropout(dResidual, inputs.dropout!) };
}

function backward(dy: tf.Tensor2D, made: ReturnType<typeof forward>, w: Layer, segments: Segments, seed: number) {
  const { x, q, kv, attended, first, middle, up, active, second, out } = made;
  const outer = throughNorm(dy, second, out[1]);
  const dUp = activateGradient(up, linearInputGradient(outer.dx, w['down']!), 'gelu');
  const inner = throughNorm(linearInputGradient(dUp, w['up']!, outer.dResidual), first, middle[1]);
  const dContext = linearInputGradient(inner.dx, w['output']!);
  const options = { heads: HEADS, dropout: drop(seed) };
  const [dq, dkv] = attentionGradient(q, kv, attended[0], attended[1], dContext, segments, options);
  const weights = [
    linearWeightGradient(x, dq)[0],
    linearWeightGradient(x, dkv)[0],
    linearWeightGradient(attended[0], inner.dx)[0],
    linearWeightGradient(middle[0], dUp)[0],
    linearWeightGradient(active, outer.dx)[0],
  ];
  const dx = linearInputGradient(dkv, w['keyValue']!, linearInputGradient(dq, w['query']!, inner.dResidual));
  return { dx, weights };
}

/**
 * Output and all gradients of the toy on the current backend: [tokens, 32], each weight's, and the input's. The numbers
 * depend on `offsets` (of a ragged batch) and `seed` only; with `half` they are computed in halves (half.ts), and are floats all
 * the same.
 */
export function toyGradients(offsets: Int32Array, seed: number, half = false): tf.Tensor[] {
  const tokens = offsets.at(-1)!;
  const make = half ? halves : floats;
  return tf.tidy(() => {
    const segments = selfSegments(offsets);
    const layers = Array.from({ length: LAYERS }, (_, i) => layerWeights(make, seed + 10 * i));
    const made: ReturnType<typeof forward>[] = [];
    let x = make(tokens, HIDDEN, 1, seed + 100);
    layers.forEach((layer, i) => {
      made.push(forward(x, layer, segments, seed + 10 * i));
      x = made[i]!.out[0];
    });
    let dy = make(tokens, HIDDEN, 1, seed + 101);
    const gradients: tf.Tensor[] = [];
    for (const [i, layer] of [...layers.entries()].reverse()) {
      const { dx, weights } = backward(dy, made[i]!, layer, segments, seed + 10 * i);
      gradients.push(...weights);
      dy = dx;
    }
    segments.dispose();
    return [x, ...gradients, dy].map((tensor) => (isHalf(tensor) ? toFloat(tensor as tf.Tensor2D) : tensor));
  });
}
