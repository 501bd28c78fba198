import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { activationBytesPerToken } from '../../src/training/memory-budget';
import { useNodeBackend } from '../kernels/backends';
import { expectedOf, loadTiny, TINY_FAMILIES, tinyBatch } from './tiny-models';

const sum = (logits: tf.Tensor1D) => tf.sum(logits) as tf.Scalar;

describe('with our programs', () => {
  beforeAll(() => useNodeBackend('wasm, simd'));

  test.each(TINY_FAMILIES.flatMap((family) => [[family, false] as const, [family, true] as const]))(
    '%s: forward and backward hold no more a token than the planner counts with (recomputing: %s)',
    async (family, recompute) => {
      const expected = expectedOf(family);
      const model = await loadTiny(family);
      const peak = async (copies: number) => {
        const many = {
          ...expected,
          sequences: new Array(copies).fill(expected.sequences).flat(),
          tokenTypes: new Array(copies).fill(expected.tokenTypes).flat(),
        };
        const batch = tinyBatch(many);
        const { peakBytes } = await tf.profile(() => {
          const { loss, logits, gradients } = model.lossAndGradients(batch, sum, undefined, { recompute });
          tf.dispose([loss, logits]);
          gradients.dispose();
        });
        return { peakBytes, tokens: batch.ids.length };
      };
      const [few, many] = [await peak(4), await peak(20)];
      const perToken = (many.peakBytes - few.peakBytes) / (many.tokens - few.tokens);
      expect(perToken).toBeLessThan(1.1 * activationBytesPerToken(model, recompute));
      model.dispose();
    },
  );
});

test.each(TINY_FAMILIES)('%s: gradients are the same, to the bit, when activations are recomputed', async (family) => {
  await useNodeBackend('wasm, simd');
  const model = await loadTiny(family, { dropout: 0.1 });
  const batch = tinyBatch(expectedOf(family));
  const gradientsOf = (recompute: boolean) => {
    const { loss, logits, gradients } = model.lossAndGradients(batch, sum, { seed: 3 }, { recompute });
    const values = [...gradients.dense, ...[...gradients.tables].map(([name, rows]) => [name, rows.values] as const)];
    const result = { scores: [...logits.dataSync()], values: values.map(([name, x]) => [name, x.dataSync().slice()]) };
    tf.dispose([loss, logits]);
    gradients.dispose();
    return result;
  };
  const before = tf.memory().numTensors;
  expect(gradientsOf(true)).toEqual(gradientsOf(false));
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
});

test('an error at the very end of the backward leaves no tensor behind', async () => {
  await useNodeBackend('cpu');
  const model = await loadTiny('bert');
  const before = tf.memory().numTensors;
  tf.registerKernel({
    kernelName: 'SegmentSum',
    backendName: 'cpu',
    kernelFunc: () => {
      throw new Error('no room');
    },
  });
  expect(() => model.lossAndGradients(tinyBatch(expectedOf('bert')), sum)).toThrow('no room');
  tf.unregisterKernel('SegmentSum', 'cpu');
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
});
