import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Halt } from '../../src/teachers/halt';
import { inLanes } from '../../src/teachers/in-lanes';
import { halting } from './fake-clock';

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await Promise.resolve();
};
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('lanes', () => {
  it('do every item once, never more at a time than there are lanes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 9 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        async (items, lanes) => {
          let [busy, most] = [0, 0];
          async function* work(item: number) {
            most = Math.max(most, ++busy);
            await turns(item);
            yield item;
            yield item;
            busy--;
          }
          const out = await all(inLanes(items, lanes, work, halting().halt));
          expect(out.toSorted()).toEqual([...items, ...items].toSorted());
          expect(most).toBeLessThanOrEqual(lanes);
        },
      ),
    );
  });

  it('that are stopped finish what they are at, begin nothing, and end quietly', async () => {
    const { halt, stop } = halting();
    const begun: number[] = [];
    async function* work(item: number) {
      begun.push(item);
      yield `${item} once`;
      await new Promise((resolve) => setTimeout(resolve, 5));
      yield `${item} twice`;
    }
    const out: string[] = [];
    for await (const step of inLanes([1, 2, 3, 4, 5], 2, work, halt)) {
      out.push(step);
      if (out.length === 2) stop.abort();
    }
    expect(begun).toEqual([1, 2]);
    // Stopped between their two steps.
    expect(out.toSorted()).toEqual(['1 once', '1 twice', '2 once', '2 twice']);
  });

  it('let the others come to an end when one fails, and pass on what they bring', async () => {
    async function* work(item: number) {
      if (item === 1) throw new Error('lane 1 failed');
      await turns(20);
      yield item;
    }
    const out: number[] = [];
    const reading = (async () => {
      for await (const item of inLanes([1, 2, 3, 4], 2, work, halting().halt)) out.push(item);
    })();
    await expect(reading).rejects.toThrow('lane 1 failed');
    expect(out).toEqual([2]);
  });

  it('drop everything when they are aborted, or left by their reader', async () => {
    const { halt, abort } = halting();
    const dropped: number[] = [];
    async function* work(item: number, { signal }: Halt) {
      if (item === 0) yield item;
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          dropped.push(item);
          reject(signal.reason as Error);
        }),
      );
    }
    const reading = all(inLanes([1, 2], 2, work, halt));
    await turns(5);
    abort.abort(new Error('away'));
    await expect(reading).rejects.toThrow('away');
    for await (const _ of inLanes([0, 3], 2, work, halting().halt)) break;
    expect(dropped.toSorted()).toEqual([0, 1, 2, 3]);
  });
});
