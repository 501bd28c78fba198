import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { beforeEach, expect, test, vi } from 'vitest';
import { openDevice, openedDevice } from '../../src/kernels/device';
import { variantsOf } from '../../src/kernels/program-variants';
import { readBack } from '../../src/kernels/read-back';
import { selfTest, type SelfTestResult } from '../../src/kernels/self-test';

// The test browser's adapter is a software one, which `auto` does not take: here it passes for a real one.
vi.mock('../../src/kernels/adapter', async (original) => ({
  ...(await original<typeof import('../../src/kernels/adapter')>()),
  describeAdapter: () => ({ vendor: 'some', architecture: 'gpu', description: '', software: false }),
}));
vi.mock('../../src/kernels/self-test', () => ({ selfTest: vi.fn() }));

const PASSED = { ok: true, right: true, gflops: 1000 } as SelfTestResult;
const WRONG = { ...PASSED, ok: false, right: false };
const lanes = () => variantsOf(tf.backend() as WebGPUBackend).lanes;

beforeEach(() => vi.mocked(selfTest).mockReset());

test('auto takes a GPU that passes the self-test, and leaves it open', async () => {
  vi.mocked(selfTest).mockResolvedValue(PASSED);
  const device = await openDevice({ backend: 'auto' });
  expect(device.backend).toBe('webgpu');
  expect(device.name).toBe('some gpu');
  expect(device.selfTest!.gflops).toBe(1000);
  expect(device.fellBackBecause).toBeUndefined();
  expect(openedDevice()).toBe(device);
  expect([...(await readBack(tf.add(tf.ones([2]), 1)))]).toEqual([2, 2]);
  // The smallest subgroup of WebGPU has four.
  if (device.features.includes('subgroups')) expect(lanes()).toBeGreaterThanOrEqual(4);
  else expect(lanes()).toBe(1);
});

test('sums are made without subgroups where they are wrong with them', async ({ skip }) => {
  vi.mocked(selfTest).mockResolvedValueOnce(WRONG).mockResolvedValue(PASSED);
  const device = await openDevice({ backend: 'auto' });
  if (!device.features.includes('subgroups')) skip('this adapter has no subgroups');
  expect(device.backend).toBe('webgpu');
  expect(lanes()).toBe(1);
  expect(selfTest).toHaveBeenCalledTimes(2);
});
