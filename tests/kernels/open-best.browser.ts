import * as tf from '@tensorflow/tfjs';
import { expect, test, vi } from 'vitest';
import { openDevice, openedDevice } from '../../src/kernels/device';
import { readBack } from '../../src/kernels/read-back';

// The test browser's adapter is a software one, which `auto` does not take: here it passes for a real one.
vi.mock('../../src/kernels/adapter', async (original) => ({
  ...(await original<typeof import('../../src/kernels/adapter')>()),
  describeAdapter: () => ({ vendor: 'some', architecture: 'gpu', description: '', software: false }),
}));
vi.mock('../../src/kernels/self-test', () => ({ selfTest: () => Promise.resolve({ ok: true, gflops: 1000 }) }));

test('auto takes a GPU that passes the self-test, and leaves it open', async () => {
  const device = await openDevice({ backend: 'auto' });
  expect(device.backend).toBe('webgpu');
  expect(device.name).toBe('some gpu');
  expect(device.selfTest!.gflops).toBe(1000);
  expect(device.fellBackBecause).toBeUndefined();
  expect(openedDevice()).toBe(device);
  expect([...(await readBack(tf.add(tf.ones([2]), 1)))]).toEqual([2, 2]);
});
