import { expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { HeapMemoryError } from '../../src/kernels/device-errors';
import { Heap } from '../../src/kernels/wasm/heap';
import { useNodeBackend } from './backends';

/** A backend whose malloc has nothing left: it returns address 0, as emscripten's does. */
function fullHeap() {
  const wasm = { _malloc: (_bytes: number) => 0, _free: () => undefined };
  const backend = {
    wasm,
    makeOutput: (shape: number[]) => {
      wasm._malloc(4 * shape.reduce((product, n) => product * n, 1));
      return { dataId: {}, shape, dtype: 'float32' };
    },
    dataIdMap: { get: () => ({ memoryOffset: 0 }) },
  };
  return new Heap(backend as never, new WebAssembly.Memory({ initial: 1 }), {} as never);
}

test('a full memory is an error, not a write to address 0', () => {
  const heap = fullHeap();
  expect(() => heap.allocate([1024, 1024])).toThrow('wasm: no room for 4 MiB more');
  expect(() => heap.run([['activate', 0, 0, 0, 0]], 2 ** 18)).toThrow('wasm: no room for 1 MiB more');
});

test('a full memory is an error of tfjs’s own programs, too, after which it goes on', async () => {
  await useNodeBackend('wasm, simd');
  const before = tf.memory().numTensors;
  const x = tf.ones([1024]) as tf.Tensor1D;
  expect(() => tf.tidy(() => tf.tile(x, [2 ** 20 + 1]))).toThrow(HeapMemoryError);
  expect([...tf.tidy(() => tf.add(x, 1).dataSync().slice(0, 2))]).toEqual([2, 2]);
  x.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
