import { describe, expect, test } from 'vitest';
import { adapterName, describeAdapter, limitsInWords } from '../../src/kernels/adapter';

describe('describeAdapter', () => {
  test.each([
    [{ vendor: 'google', architecture: 'swiftshader' }],
    [{ vendor: 'mesa', description: 'llvmpipe (LLVM 17.0.6, 256 bits)' }],
    [{ vendor: 'microsoft', description: 'Microsoft Basic Render Driver' }],
    [{ vendor: 'microsoft', architecture: 'warp' }],
    [{ vendor: 'some', architecture: 'thing', isFallbackAdapter: true }],
  ])('%j is software, and slow', (info) => {
    const described = describeAdapter(info);
    expect(described.software).toBe(true);
    expect(described.warning).toMatch(/software adapter/);
  });

  test.each([
    [{ vendor: 'arm', description: 'ANGLE (ARM, Mali-G78, OpenGL ES 3.2)' }],
    [{ description: 'OpenGL 4.6' }],
  ])('%j runs on OpenGL', (info) => {
    const described = describeAdapter(info);
    expect(described.software).toBe(false);
    expect(described.warning).toMatch(/OpenGL/);
  });

  test.each([
    [{ vendor: 'nvidia', architecture: 'ampere' }, 'nvidia ampere'],
    [{ vendor: 'apple', architecture: 'metal-3' }, 'apple metal-3'],
    [{ vendor: 'intel', architecture: 'xe', description: 'Intel Iris Xe' }, 'Intel Iris Xe'],
    [{}, 'unnamed adapter'],
  ])('%j needs no warning', (info, name) => {
    const described = describeAdapter(info);
    expect(described.warning).toBeUndefined();
    expect(adapterName(described)).toBe(name);
  });
});

test('limits in words', () => {
  const limits = { maxBufferBytes: 2 ** 31, maxBindingBytes: 2 ** 27, maxWorkgroupBytes: 32768, maxStorageBuffers: 10 };
  expect(limitsInWords(limits)).toBe('tensors up to 128 MiB, 10 buffers and 32 KiB of shared memory a program');
});
