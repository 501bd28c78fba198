import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { attention, attentionGradient, type AttentionOptions } from '../../src/kernels/attention';
import { hasKernel } from '../../src/kernels/kernel';
import { firstTokenSegments, selfSegments, type Segments } from '../../src/kernels/segments';
import { LENGTHS, expectAgreement, openWebgpu, random, tensor } from './on-webgpu';

beforeAll(async () => {
  await openWebgpu();
});

const offsetsOf = (lengths: number[]) => {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => (offsets[i + 1] = offsets[i]! + length));
  return offsets;
};

/** Forward and gradients. */
function both(queries: number, keys: number, hidden: number, segments: () => Segments, options: AttentionOptions) {
  return () => {
    const q = tensor<tf.Tensor2D>(random([queries, hidden], 1));
    const kv = tensor<tf.Tensor2D>(random([keys, 2 * hidden], 2));
    const dContext = tensor<tf.Tensor2D>(random([queries, hidden], 3));
    const asked = segments();
    const [context, logSumExp] = attention(q, kv, asked, options);
    const [dq, dkv] = attentionGradient(q, kv, context, logSumExp, dContext, asked, options);
    asked.dispose();
    return [context, logSumExp, dq, dkv];
  };
}

test('its programs are registered', () => {
  expect(hasKernel('RaggedAttention')).toBe(true);
  expect(hasKernel('RaggedAttentionGrad')).toBe(true);
});

test.each([
  { lengths: [1], hidden: 32, heads: 1 },
  { lengths: [2, 1, 3], hidden: 64, heads: 2 },
  { lengths: [31, 33, 1, 2, 64], hidden: 64, heads: 2 },
  { lengths: [255, 3, 256], hidden: 32, heads: 1 },
  { lengths: [33, 31, 5], hidden: 128, heads: 2 },
  { lengths: [70, 12], hidden: 48, heads: 3 },
  { lengths: [2, 512, 31], hidden: 64, heads: 1 },
])('self-attention, lengths $lengths, $heads heads in $hidden', async ({ lengths, hidden, heads }) => {
  const offsets = offsetsOf(lengths);
  const tokens = offsets.at(-1)!;
  for (const dropout of [undefined, { probability: 0.1, seed: 5, firstRow: 7 }]) {
    const options = { heads, ...(dropout ? { dropout } : {}) };
    await expectAgreement(both(tokens, tokens, hidden, () => selfSegments(offsets), options));
  }
});

/** Every length for both head sizes, and uneven batches, in the order that a seed gives. */
test.each([
  { hidden: 32, heads: 1 },
  { hidden: 64, heads: 1 },
])('self-attention over all lengths, a head of $hidden', async ({ hidden, heads }) => {
  const order = random([LENGTHS.length], hidden).values;
  const lengths = LENGTHS.map((length, i) => ({ length, at: order[i]! })).sort((a, b) => a.at - b.at);
  const offsets = offsetsOf(lengths.map(({ length }) => length));
  const tokens = offsets.at(-1)!;
  await expectAgreement(both(tokens, tokens, hidden, () => selfSegments(offsets), { heads }));
});

test('queries of the first tokens only, with a dummy sequence that nobody asks', async () => {
  const offsets = offsetsOf([5, 40, 33, 1, 6]);
  for (const dropout of [undefined, { probability: 0.3, seed: 9, firstRow: 2 }]) {
    const options = { heads: 2, ...(dropout ? { dropout } : {}) };
    await expectAgreement(both(4, offsets.at(-1)!, 64, () => firstTokenSegments(offsets, 4), options));
  }
});

test('scores far from zero stay finite', async () => {
  const offsets = offsetsOf([9, 4]);
  await expectAgreement(() => {
    const q = tensor<tf.Tensor2D>(random([13, 32], 1, 30));
    const kv = tensor<tf.Tensor2D>(random([13, 64], 2, 30));
    const segments = selfSegments(offsets);
    const [context] = attention(q, kv, segments, { heads: 1 });
    segments.dispose();
    return [context];
  });
});
