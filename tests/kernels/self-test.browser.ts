import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import { BackendUnavailableError } from '../../src/kernels/device-errors';
import { openDevice } from '../../src/kernels/device';
import { HALF_GRADIENT_TOLERANCE, halfTest, selfTest } from '../../src/kernels/self-test';

const wasmPaths = {
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
};

test("the device's gradients are the CPU's", async () => {
  await openDevice({ backend: 'webgpu' });
  const before = tf.memory().numTensors;
  const result = await selfTest();
  expect(result.maxGradientError).toBeLessThan(1e-4);
  expect(result.gflops).toBeGreaterThan(0);
  expect(tf.getBackend()).toBe('webgpu');
  expect(tf.memory().numTensors).toBe(before);
});

test("the gradients in halves are the CPU's, to a half's digits", async () => {
  await openDevice({ backend: 'webgpu' });
  const before = tf.memory().numTensors;
  const { maxGradientError, gflops, floatGflops } = await halfTest();
  expect(maxGradientError).toBeLessThan(HALF_GRADIENT_TOLERANCE / 5);
  // Floats are off by less.
  expect(maxGradientError).toBeGreaterThan(1e-4);
  expect(Math.min(gflops, floatGflops)).toBeGreaterThan(0);
  expect(tf.getBackend()).toBe('webgpu');
  expect(tf.memory().numTensors).toBe(before);
});

test('a wrong program is found', async () => {
  await openDevice({ backend: 'webgpu' });
  const kernel = tf.getKernel('RaggedAttentionGrad', 'webgpu');
  tf.unregisterKernel('RaggedAttentionGrad', 'webgpu');
  // The symptom of a phone's GPU: all gradients zero.
  tf.registerKernel({
    ...kernel,
    kernelFunc: ({ inputs }) => [tf.zerosLike(inputs['q'] as tf.Tensor), tf.zerosLike(inputs['kv'] as tf.Tensor)],
  });
  try {
    const result = await selfTest();
    expect(result.ok).toBe(false);
    expect(result.maxGradientError).toBeGreaterThan(0.1);
    expect(result.advice).toMatch(/gradients differ/);
  } finally {
    tf.unregisterKernel('RaggedAttentionGrad', 'webgpu');
    tf.registerKernel(kernel);
  }
});

test('auto takes wasm rather than a software adapter, and says why', async () => {
  const device = await openDevice({ backend: 'auto', wasmPaths });
  expect(device.backend).toBe('wasm');
  expect(device.fellBackBecause).toMatch(/software adapter/);
  expect(tf.getBackend()).toBe('wasm');
  const result = await selfTest();
  expect(result.ok).toBe(true);
});

// Last: tfjs cannot start its wasm backend any more after this.
test('without its wasm files, the wasm backend says where they were looked for', async () => {
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => Promise.reject(new Error('no such file')));
  const error = await openDevice({ backend: 'wasm', wasmPaths: '/nowhere/' }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(BackendUnavailableError);
  expect((error as Error).message).toMatch(/nowhere/);
});
