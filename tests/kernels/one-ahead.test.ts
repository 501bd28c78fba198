import { expect, test } from 'vitest';
import { oneAhead } from '../../src/kernels/one-ahead';

/** Runs items through, with what happened in its order. */
async function order(items: readonly number[], start: (item: number) => Promise<string>) {
  const happened: string[] = [];
  const started = (item: number) => (happened.push(`start ${item}`), start(item));
  try {
    for await (const made of oneAhead(items, started)) happened.push(made);
  } catch (error) {
    happened.push((error as Error).message);
  }
  return happened;
}

test('the next item is started before the one before it is taken', async () => {
  const happened = await order([0, 1, 2], async (item) => `made ${item}`);
  expect(happened).toEqual(['start 0', 'start 1', 'made 0', 'start 2', 'made 1', 'made 2']);
});

test('nothing of nothing, and one of one', async () => {
  expect(await order([], async () => 'made')).toEqual([]);
  expect(await order([0], async () => 'made')).toEqual(['start 0', 'made']);
});

test('items come in their order, however long each takes', async () => {
  const slowFirst = (item: number) =>
    new Promise<string>((resolve) => setTimeout(() => resolve(`made ${item}`), item === 0 ? 20 : 0));
  const happened = await order([0, 1, 2], slowFirst);
  expect(happened.filter((what) => what.startsWith('made'))).toEqual(['made 0', 'made 1', 'made 2']);
});

test('a rejection is thrown in its turn, though it came while another item was awaited', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', note);
  const happened = await order([0, 1, 2], async (item) => {
    if (item === 1) throw new Error('failed 1');
    if (item === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    return `made ${item}`;
  });
  process.off('unhandledRejection', note);
  expect(happened).toEqual(['start 0', 'start 1', 'made 0', 'start 2', 'failed 1']);
  expect(unhandled).toEqual([]);
});

test('what start throws is thrown at once', async () => {
  const happened = await order([0, 1], (item) => {
    if (item === 1) throw new Error('no room');
    return Promise.resolve(`made ${item}`);
  });
  expect(happened).toEqual(['start 0', 'start 1', 'no room']);
});
