/** The exported ONNX model in onnxruntime-web against PyTorch's logits, padded as a batch is. */
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, test } from 'vitest';
import { FUSED_BLOCKS } from '../../bench/fused-blocks';
import type { NamedArray } from '../../src/formats/named-array';
import { OnnxGraph } from '../../src/formats/onnx';
import { activateReference } from '../../src/kernels/activation';
import { ACTIVATIONS } from '../../src/kernels/activation-names';
import type { Family } from '../../src/models/families';
import type { Blocks } from '../../src/models/onnx/blocks';
import { activation, STANDARD_BLOCKS } from '../../src/models/onnx/standard-blocks';
import { writeOnnx } from '../../src/models/onnx/write-onnx';
import { expectedOf, largestDifference, TINY_FAMILIES, tinyConfig, tinyFile } from './tiny-models';

type Pair = { ids: number[]; types: number[] };

async function sessionOf(file: Blob): Promise<ort.InferenceSession> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 3 });
}

/** Padded to the longest, with ids that are not 0, so that a mask that does nothing is seen. */
function inputsOf(session: ort.InferenceSession, pairs: Pair[]): Record<string, ort.Tensor> {
  const longest = Math.max(...pairs.map(({ ids }) => ids.length));
  const rectangle = (values: (pair: Pair) => number[], padding: number) => {
    const rows = pairs.map((pair) => [...values(pair), ...new Array<number>(longest - pair.ids.length).fill(padding)]);
    return new ort.Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [pairs.length, longest]);
  };
  const all: Record<string, ort.Tensor> = {
    input_ids: rectangle(({ ids }) => ids, 7),
    attention_mask: rectangle(({ ids }) => ids.map(() => 1), 0),
    token_type_ids: rectangle(({ types }) => types, 0),
  };
  return Object.fromEntries(session.inputNames.map((name) => [name, all[name]!]));
}

const pairsOf = (family: Family): Pair[] => {
  const { sequences, tokenTypes } = expectedOf(family);
  return sequences.map((ids, i) => ({ ids, types: tokenTypes[i]! }));
};

async function logitsOf(file: Blob, pairs: Pair[]): Promise<Float32Array> {
  const session = await sessionOf(file);
  const { logits } = await session.run(inputsOf(session, pairs));
  expect(logits!.dims).toEqual([pairs.length, 1]);
  return logits!.data as Float32Array;
}

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

describe.each(TINY_FAMILIES)('%s', (family) => {
  test('logits as PyTorch, in one batch and one by one', async () => {
    const file = await writeOnnx(tinyConfig(family), await tinyFile(`${family}.safetensors`), { tokenTypes: true });
    const { logits: expected } = expectedOf(family);
    expect(largestDifference(await logitsOf(file, pairsOf(family)), expected)).toBeLessThan(1e-5);
    const [, second] = pairsOf(family);
    expect(largestDifference(await logitsOf(file, [second!]), expected.slice(1, 2))).toBeLessThan(1e-5);
  });

  test('its inputs are those of its tokenizer', async () => {
    const names = async (tokenTypes: boolean) => {
      const file = await writeOnnx(tinyConfig(family), await tinyFile(`${family}.safetensors`), { tokenTypes });
      return (await sessionOf(file)).inputNames;
    };
    const withTypes = ['input_ids', 'attention_mask', 'token_type_ids'];
    expect((await names(true)).toSorted()).toEqual(
      (family === 'roberta' ? withTypes.slice(0, 2) : withTypes).toSorted(),
    );
    expect((await names(false)).toSorted()).toEqual(withTypes.slice(0, 2).toSorted());
  });

  test('a model without a head is refused by the name of what is missing', async () => {
    const encoder = async function* (): AsyncGenerator<NamedArray> {
      for await (const array of await tinyFile(`${family}.safetensors`)) {
        if (!array.name.startsWith('classifier')) yield array;
      }
    };
    await expect(writeOnnx(tinyConfig(family), encoder(), { tokenTypes: true })).rejects.toThrow(
      /classifier.*has a head/s,
    );
  });
});

test('without types every token has type 0', async () => {
  const file = await writeOnnx(tinyConfig('bert'), await tinyFile('bert.safetensors'), { tokenTypes: false });
  const withTypes = await writeOnnx(tinyConfig('bert'), await tinyFile('bert.safetensors'), { tokenTypes: true });
  const zeros = pairsOf('bert').map(({ ids }) => ({ ids, types: ids.map(() => 0) }));
  const [without, zero, own] = [
    await logitsOf(file, zeros),
    await logitsOf(withTypes, zeros),
    await logitsOf(withTypes, pairsOf('bert')),
  ];
  expect(largestDifference(without, zero)).toBeLessThan(1e-6);
  expect(largestDifference(zero, own)).toBeGreaterThan(1e-3);
});

test('every activation as the kernels have it', async () => {
  await tf.setBackend('cpu');
  const values = Float32Array.from({ length: 81 }, (_, i) => i / 8 - 5);
  for (const name of ACTIVATIONS) {
    const graph = new OnnxGraph(name);
    const context = { graph, config: tinyConfig('bert'), weight: String, transposed: String };
    graph.node('Identity', [activation(context, graph.weight('x', [81]), name)], {}, { output: 'y' });
    graph.output('y', [81]);
    const weights = (async function* () {
      yield { name: 'x', shape: [81], values };
    })();
    const { y } = await (await sessionOf(await graph.blob(weights))).run({});
    const expected = tf.tidy(() => activateReference(tf.tensor1d(values), name).dataSync());
    expect(largestDifference(y!.data as Float32Array, expected), name).toBeLessThan(1e-6);
  }
});

test("the bench's other peer, in onnxruntime's own operators, is the same model", async () => {
  const logits = async (blocks: Blocks) => {
    const file = await writeOnnx(tinyConfig('bert'), await tinyFile('bert.safetensors'), { tokenTypes: true, blocks });
    return logitsOf(file, pairsOf('bert'));
  };
  expect(largestDifference(await logits(STANDARD_BLOCKS), await logits(FUSED_BLOCKS))).toBeLessThan(1e-5);
});

test('a tensor of another shape is an error that names both', async () => {
  const config = { ...tinyConfig('bert'), intermediateSize: 33 };
  await expect(writeOnnx(config, await tinyFile('bert.safetensors'), { tokenTypes: true })).rejects.toThrow(
    /tensor bert\.encoder\.layer\.0\.intermediate\.dense\.\w+: expected shape \[33.*found \[32/,
  );
});
