import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, test, vi } from 'vitest';
import { setOpenedDevice, type Device } from '../../src/kernels/opened-device';
import { choosePrecision } from '../../src/kernels/precision';
import { halfTest, type HalfTestResult } from '../../src/kernels/self-test';

vi.mock('@tensorflow/tfjs', async (original) => ({
  ...(await original<typeof tf>()),
  getBackend: vi.fn(() => 'webgpu'),
  backend: () => ({}),
}));
vi.mock('../../src/kernels/self-test', async (original) => ({
  ...(await original<typeof import('../../src/kernels/self-test')>()),
  halfTest: vi.fn(),
}));
vi.mock('../../src/kernels/error-scopes', () => ({
  attempted: (_device: GPUDevice, attempt: () => Promise<unknown>) => attempt().catch((error: unknown) => error),
}));

const FAST: HalfTestResult = { maxGradientError: 0.002, gflops: 300, floatGflops: 200 };

beforeEach(() => {
  vi.mocked(halfTest).mockReset();
  setOpenedDevice(gpu(['shader-f16', 'subgroups']));
});

const gpu = (features: string[]) =>
  ({ backend: 'webgpu', name: 'some gpu', features, close() {} }) as unknown as Device;

function testGives(result: HalfTestResult | Error): void {
  vi.mocked(halfTest).mockImplementation(() =>
    result instanceof Error ? Promise.reject(result) : Promise.resolve(result),
  );
}

test('f16 where it is right and fast, with the figures; a device is tested once', async () => {
  testGives(FAST);
  const expected = {
    precision: 'f16',
    because: 'its gradients are right, and matrices are multiplied at 300 GFLOP/s in f16, 200 in f32',
  };
  expect(await choosePrecision('auto')).toEqual(expected);
  expect(await choosePrecision('f16')).toEqual(expected);
  expect(halfTest).toHaveBeenCalledTimes(1);
});

test('f32 when asked for, without a test', async () => {
  expect(await choosePrecision('f32')).toEqual({ precision: 'f32', because: 'it was asked for' });
  expect(halfTest).not.toHaveBeenCalled();
});

test.each(['auto', 'f16'] as const)('%s is f32 where the device cannot do it, and says so', async (asked) => {
  setOpenedDevice(gpu(['subgroups']));
  expect(await choosePrecision(asked)).toEqual({
    precision: 'f32',
    because: 'some gpu has no half precision (shader-f16)',
  });
  vi.mocked(tf.getBackend).mockReturnValueOnce('wasm').mockReturnValueOnce('wasm');
  expect(await choosePrecision(asked)).toEqual({ precision: 'f32', because: 'the wasm backend computes in f32 only' });
});

test.each([0.5, NaN])('f32 where gradients are wrong (%d), also when f16 is asked for', async (maxGradientError) => {
  testGives({ ...FAST, maxGradientError });
  const { precision, because } = await choosePrecision('f16');
  expect(precision).toBe('f32');
  expect(because).toMatch(/gradients in half precision differ from the CPU's by/);
});

test('f32 where a program fails, with what the device said', async () => {
  testGives(new Error('no f16 in this driver'));
  const { precision, because } = await choosePrecision('auto');
  expect(precision).toBe('f32');
  expect(because).toBe('half precision does not work on some gpu: no f16 in this driver');
});

test('slower is not chosen, but may be asked for', async () => {
  testGives({ ...FAST, gflops: 150 });
  const auto = await choosePrecision('auto');
  expect(auto.precision).toBe('f32');
  expect(auto.because).toBe('half precision is slower here: 150 GFLOP/s in f16, 200 in f32');
  expect((await choosePrecision('f16')).precision).toBe('f16');
});
