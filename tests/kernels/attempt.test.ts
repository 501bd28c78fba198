import { expect, test } from 'vitest';
import { attemptOnGpu } from '../../src/kernels/attempt';
import { KernelError } from '../../src/kernels/device-errors';

/** A GPU whose scopes catch the given messages, and what is done to it, in order. */
function gpuWith(caught: Partial<Record<GPUErrorFilter, string>>) {
  const [done, scopes]: [string[], GPUErrorFilter[]] = [[], []];
  const device = {
    pushErrorScope: (filter: GPUErrorFilter) => void scopes.push(filter),
    popErrorScope: async () => {
      const message = caught[scopes.pop()!];
      return message === undefined ? null : { message };
    },
  };
  const gpu = { device, submit: () => void done.push('submit'), trim: () => void done.push('trim') };
  const attempt = (work: () => Promise<string>) =>
    attemptOnGpu(gpu, work, (result) => void done.push(`discard ${result}`));
  return { attempt, done, scopes };
}

test('hands the result over when nothing failed', async () => {
  const { attempt, done, scopes } = gpuWith({});
  expect(await attempt(async () => 'scores')).toBe('scores');
  expect(done).toEqual(['submit']);
  expect(scopes).toEqual([]);
});

test('tells of the buffer that was not made, not of the commands that used it, and throws the result and the buffers away', async () => {
  const { attempt, done, scopes } = gpuWith({ 'out-of-memory': 'no room', validation: 'invalid buffer' });
  await expect(attempt(async () => 'scores')).rejects.toThrow('no room');
  expect(done).toEqual(['submit', 'discard scores', 'trim']);
  expect(scopes).toEqual([]);
});

test('a program that is wrong is an error of its own', async () => {
  const { attempt } = gpuWith({ validation: 'bad program' });
  await expect(attempt(async () => 'scores')).rejects.toThrow(KernelError);
});

test('throws what the work threw, and leaves no scope open', async () => {
  const { attempt, done, scopes } = gpuWith({});
  await expect(attempt(() => Promise.reject(new Error('cancelled')))).rejects.toThrow('cancelled');
  expect(done).toEqual(['submit', 'trim']);
  expect(scopes).toEqual([]);
});
