import { expect, it } from 'vitest';
import { mapped } from '../../src/formats/mapped';

async function* counting(to: number, closed: string[] = []): AsyncGenerator<number, string, void> {
  try {
    for (let i = 1; i <= to; i++) yield i;
    return 'counted';
  } finally {
    closed.push('closed');
  }
}

it('yields each step as something else, and returns the result', async () => {
  const steps = mapped(counting(2), (step) => `step ${step}`);
  expect(await steps.next()).toEqual({ done: false, value: 'step 1' });
  expect(await steps.next()).toEqual({ done: false, value: 'step 2' });
  expect(await steps.next()).toEqual({ done: true, value: 'counted' });
});

it('closes the generator, once, whose steps nobody reads any more', async () => {
  const closed: string[] = [];
  for await (const step of mapped(counting(9, closed), (step) => step)) if (step === 2) break;
  expect(closed).toEqual(['closed']);
});

it('closes it where a step cannot become what it should, and lets its own errors through', async () => {
  const closed: string[] = [];
  const refuse = (): never => {
    throw new Error('no such step');
  };
  await expect(mapped(counting(9, closed), refuse).next()).rejects.toThrow('no such step');
  expect(closed).toEqual(['closed']);

  const broken = (async function* () {
    yield 1;
    throw new Error('out of numbers');
  })();
  const steps = mapped(broken, (step) => step);
  await steps.next();
  await expect(steps.next()).rejects.toThrow('out of numbers');
});
