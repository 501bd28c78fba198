import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget, BudgetReachedError } from '../../../src/teachers/list-wise/budget';
import { costOf } from '../../../src/teachers/list-wise/cost';

const prices = { promptPerMillion: 2, answerPerMillion: 8 };
const usage = (promptTokens: number, answerTokens = 0) => ({ promptTokens, answerTokens });

it('costs are tokens by price', () => {
  expect(costOf(usage(1_000_000, 500_000), prices)).toBe(6);
});

describe('a budget', () => {
  it('lets questions pass as long as their worst fits, and counts what they really used', async () => {
    const budget = new Budget(prices, 0.01);
    for (let i = 0; i < 8; i++) (await budget.reserve(usage(1500)))(usage(500));
    // .008 is spent; another 1,500 tokens could pass the limit.
    await expect(budget.reserve(usage(1500))).rejects.toThrow(BudgetReachedError);
    await expect(budget.reserve(usage(1500))).rejects.toThrow(
      /limit of 0.01 is reached: 0.0080 is spent.*up to 0.0030/,
    );
    (await budget.reserve(usage(900)))(usage(900));
  });

  it('waits for questions under way that may cost less than feared', async () => {
    const budget = new Budget(prices, 0.01);
    const first = await budget.reserve(usage(4000));
    let passed = false;
    const second = budget.reserve(usage(4000)).then((settle) => ((passed = true), settle));
    await Promise.resolve();
    expect(passed).toBe(false);
    first(usage(100));
    (await second)();
    expect(passed).toBe(true);
  });

  it('counts earlier sittings; a failed question costs nothing; no prices, no limit', async () => {
    await expect(new Budget(prices, 0.01, 0.0099).reserve(usage(1000))).rejects.toThrow(BudgetReachedError);
    const budget = new Budget(prices, 0.01);
    for (let i = 0; i < 50; i++) (await budget.reserve(usage(4000)))();
    const free = new Budget({ promptPerMillion: 0, answerPerMillion: 0 }, 0);
    (await free.reserve(usage(1e9)))(usage(1e9));
  });

  it('is never passed, however many ask at once', async () => {
    const questions = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true })),
      {
        maxLength: 40,
      },
    );
    await fc.assert(
      fc.asyncProperty(questions, async (asked) => {
        const limit = 0.02;
        const budget = new Budget(prices, limit);
        let spent = 0;
        await Promise.all(
          asked.map(async ([worst, share]) => {
            try {
              const settle = await budget.reserve(usage(worst));
              await Promise.resolve();
              const used = usage(worst * share);
              spent += costOf(used, prices);
              settle(used);
            } catch (error) {
              expect(error).toBeInstanceOf(BudgetReachedError);
            }
          }),
        );
        expect(spent).toBeLessThanOrEqual(limit + 1e-12);
      }),
      { numRuns: 50 },
    );
  });
});
