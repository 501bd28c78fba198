import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { expect, test } from 'vitest';
import { attempted } from '../../src/kernels/error-scopes';
import { readBack } from '../../src/kernels/read-back';
import { openWebgpu } from './on-webgpu';

test('what fails within is told, and the device goes on', async () => {
  const device = await openWebgpu();
  const { device: gpu } = tf.backend() as WebGPUBackend;
  const broken = await attempted(gpu, () => {
    gpu.createShaderModule({ label: 'Broken', code: 'fn main( {' });
    return Promise.resolve(1);
  });
  expect(broken).toBeInstanceOf(Error);
  expect((broken as Error).message).toMatch(/Broken/);
  expect(await attempted(gpu, () => Promise.reject(new Error('not the GPU')))).toEqual(new Error('not the GPU'));
  expect(await attempted(gpu, () => Promise.resolve(1))).toBe(1);
  device.check();
  expect([...(await readBack(tf.add(tf.ones([2]), 1)))]).toEqual([2, 2]);
});
