import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { sleep } from '../../src/hub/sleep';

/** Longer than any test may take. */
const FOR_EVER = 1e8;

test('waits, and forgets the signal', async () => {
  const { signal } = new AbortController();
  const waiting = sleep(1, signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await waiting;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('ends with the signal’s reason', async () => {
  const controller = new AbortController();
  const waiting = sleep(FOR_EVER, controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

test('does not begin where the signal is aborted already', async () => {
  await expect(sleep(FOR_EVER, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
