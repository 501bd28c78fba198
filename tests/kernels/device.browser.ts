import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { beforeEach, expect, test } from 'vitest';
import { attempt } from '../../src/kernels/attempt';
import { DeviceLostError, DeviceMemoryError, KernelError, fromGpuError } from '../../src/kernels/device-errors';
import { openDevice, type Device } from '../../src/kernels/device';
import { program, run } from '../../src/kernels/program.webgpu';
import { readBack } from '../../src/kernels/read-back';

let device: Device;

beforeEach(async () => {
  device = await openDevice({ backend: 'webgpu' });
});

const gpuDevice = () => (tf.backend() as WebGPUBackend).device;

const doubling = (name: string, expression: string) =>
  program({
    name,
    outputs: { y: 'f32' },
    inputs: { x: 'f32' },
    uniforms: { count: 'u32' },
    code: `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x < u.count) { y[id.x] = ${expression}; }
    }`,
  });

/** Runs a program of one input and one output. */
function runOn(x: tf.Tensor1D, source: ReturnType<typeof program>): tf.Tensor1D {
  const [y] = run(tf.backend() as WebGPUBackend, source, {
    outputs: { y: x.shape },
    inputs: { x },
    uniforms: { count: x.size },
    workgroups: [Math.ceil(x.size / 64)],
  });
  return tf.engine().makeTensorFromTensorInfo(y!) as tf.Tensor1D;
}

test('the adapter says what it is, with its own limits', () => {
  expect(device.backend).toBe('webgpu');
  expect(device.name).not.toBe('');
  expect(device.limits!.maxBindingBytes).toBeGreaterThanOrEqual(128 * 2 ** 20);
  expect(device.limitsInWords).toMatch(/MiB/);
  // The tests' browser is started with a software adapter.
  expect(device.adapter!.software).toBe(true);
  expect(device.warning).toMatch(/software adapter/);
});

test('a program of ours runs among those of tfjs, in order', async () => {
  const x = tf.range(0, 100, 1);
  const y = runOn(tf.add(x, 1) as tf.Tensor1D, doubling('Double', '2.0 * x[id.x]'));
  const values = await readBack(tf.sub(y, 1));
  expect([...values.slice(0, 3), values[99]]).toEqual([1, 3, 5, 199]);
});

test('a program that does not compile is a KernelError with its name, not zeros', async () => {
  const y = runOn(tf.range(0, 100, 1), doubling('Broken', '2.0 * z[id.x]'));
  const error = await readBack(y).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(KernelError);
  expect((error as KernelError).program).toBe('Broken');
  expect((error as KernelError).message).toMatch(/unresolved value 'z'/);
  expect(() => device.check()).toThrow(KernelError);
});

test('a broken program of tfjs itself is one as well', async () => {
  const { device: gpu } = tf.backend() as WebGPUBackend;
  gpu.createShaderModule({ label: 'SomeProgram', code: 'fn main( {' });
  const error = await readBack(tf.add(tf.ones([10]), 1)).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(KernelError);
  expect((error as KernelError).program).toBe('SomeProgram');
});

test('a lost device is a DeviceLostError, and it opens again', async () => {
  const x = tf.add(tf.ones([1000]), 1);
  gpuDevice().destroy();
  await expect(readBack(x)).rejects.toBeInstanceOf(DeviceLostError);
  await expect(device.lost).resolves.toBeInstanceOf(DeviceLostError);
  expect(() => device.check()).toThrow(/open it again/);
  x.dispose();
  device = await device.reopen();
  const values = await readBack(tf.add(tf.ones([3]), 1));
  expect([...values]).toEqual([2, 2, 2]);
  device.check();
});

test('what a lost device leaves behind can be disposed after it was opened again', async () => {
  const before = tf.memory().numTensors;
  const left = tf.tidy(() => [tf.variable(tf.ones([4])), tf.keep(tf.add(tf.ones([9]), 1))]);
  gpuDevice().destroy();
  device = await device.reopen();
  left.forEach((tensor) => tensor.dispose());
  expect(tf.memory().numTensors).toBe(before);
});

test('out of memory is an error of its own', () => {
  expect(fromGpuError(new GPUOutOfMemoryError('no room for 2 GiB'))).toBeInstanceOf(DeviceMemoryError);
  expect(fromGpuError(new GPUOutOfMemoryError('no room for 2 GiB')).message).toMatch(/smaller micro-batches/);
});

test('after an attempt that memory was short for the device is as good as before', async () => {
  const gpu = gpuDevice();
  const pop = gpu.popErrorScope.bind(gpu);
  gpu.popErrorScope = async () => {
    gpu.popErrorScope = pop;
    await pop();
    return new GPUOutOfMemoryError('no room for 2 GiB');
  };
  const before = tf.memory().numTensors;
  const work = async () => {
    // What a buffer that was not made leads to: an error of validation.
    gpu.createShaderModule({ label: 'Broken', code: 'fn main( {' });
    return tf.tidy(() => tf.add(tf.ones([1000]), 1));
  };
  await expect(attempt(work, (x) => x.dispose())).rejects.toBeInstanceOf(DeviceMemoryError);
  expect(tf.memory().numTensors).toBe(before);
  expect((tf.backend() as WebGPUBackend).bufferManager.getNumFreeBuffers()).toBe(0);
  const y = await attempt(
    async () => tf.tidy(() => tf.add(tf.ones([3]), 1)),
    () => undefined,
  );
  expect([...(await readBack(y))]).toEqual([2, 2, 2]);
  y.dispose();
  device.check();
});

test('a loss while a read-back is under way is one as well', async () => {
  const x = tf.add(tf.ones([1000]), 1);
  const values = readBack(x);
  gpuDevice().destroy();
  await expect(values).rejects.toBeInstanceOf(DeviceLostError);
});

test('closing the device on purpose is no error', async () => {
  device.close();
  await device.lost;
  expect(device.errors).toEqual([]);
});

test('values that were read back are read again after a change in place', async () => {
  const x = tf.keep(tf.add(tf.ones([64]), 1));
  expect((await readBack(x))[0]).toBe(2);
  await x.data();
  const increment = program({
    name: 'Increment',
    outputs: {},
    inputs: {},
    inPlace: { x: 'f32' },
    uniforms: { by: 'f32' },
    code: `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { x[id.x] += u.by; }`,
  });
  run(tf.backend() as WebGPUBackend, increment, { inputs: {}, inPlace: { x }, uniforms: { by: 3 }, workgroups: [1] });
  expect((await readBack(x))[0]).toBe(5);
});
