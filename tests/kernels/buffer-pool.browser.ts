import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { BufferPool } from '../../src/kernels/buffer-pool';
import { type Device, openDevice } from '../../src/kernels/device';
import { readBack } from '../../src/kernels/read-back';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

let device: Device;

beforeAll(async () => {
  device = await openDevice({ backend: 'webgpu' });
});

const gpu = () => (tf.backend() as WebGPUBackend).device;
const KIB = 1024;

test('a free buffer of the same size and usage is used again', () => {
  const pool = new BufferPool(gpu(), 1000 * KIB);
  const usage = GPUBufferUsage.STORAGE;
  const first = pool.acquireBuffer(KIB, usage);
  const other = pool.acquireBuffer(KIB, usage);
  expect(other).not.toBe(first);
  pool.releaseBuffer(first);
  expect(pool.acquireBuffer(KIB, usage | GPUBufferUsage.COPY_DST)).not.toBe(first);
  expect(pool.acquireBuffer(KIB, usage)).toBe(first);
  expect([pool.numBytesUsed, pool.numBytesAllocated]).toEqual([3 * KIB, 3 * KIB]);
  pool.dispose();
  expect([pool.numBytesUsed, pool.numBytesAllocated, pool.getNumUsedBuffers()]).toEqual([0, 0, 0]);
});

test('free buffers of ever-changing sizes are given back, the longest waiting first', () => {
  const pool = new BufferPool(gpu(), 40 * KIB);
  const usage = GPUBufferUsage.STORAGE;
  const last: GPUBuffer[] = [];
  for (let i = 1; i <= 100; i++) {
    const buffer = pool.acquireBuffer(10 * KIB + 4 * i, usage);
    pool.releaseBuffer(buffer);
    last.push(buffer);
    expect(pool.numBytesAllocated).toBeLessThanOrEqual(40 * KIB);
  }
  expect(pool.numBytesUsed).toBe(0);
  expect(pool.acquireBuffer(10 * KIB + 4 * 100, usage)).toBe(last.at(-1));
  expect(pool.acquireBuffer(10 * KIB + 4, usage)).not.toBe(last[0]);
});

test('what is in use is never given back, however much it is', () => {
  const pool = new BufferPool(gpu(), KIB);
  const held = Array.from({ length: 20 }, (_, i) => pool.acquireBuffer(KIB + 4 * i, GPUBufferUsage.STORAGE));
  expect(pool.getNumUsedBuffers()).toBe(20);
  held.forEach((buffer) => pool.releaseBuffer(buffer));
  expect(pool.numBytesUsed).toBe(0);
});

test('a buffer that is not to be used again is destroyed', () => {
  const pool = new BufferPool(gpu());
  pool.releaseBuffer(pool.acquireBuffer(KIB, GPUBufferUsage.MAP_WRITE, true, false), false);
  expect([pool.numBytesAllocated, pool.getNumFreeBuffers()]).toEqual([0, 0]);
});

test('large intermediate results of one computation share memory before it is submitted', async () => {
  const memory = () => (tf.memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU;
  const before = memory();
  const SIZE = 8 * 2 ** 20;
  let x = tf.ones([SIZE / 4]);
  for (let i = 0; i < 40; i++) {
    const y = tf.add(x, 1);
    x.dispose();
    x = y;
  }
  const last = tf.slice(x, [SIZE / 4 - 1], [1]);
  expect((await readBack(last))[0]).toBe(41);
  device.check();
  // Without, 41 of them.
  expect(memory() - before).toBeLessThan(12 * SIZE);
});
