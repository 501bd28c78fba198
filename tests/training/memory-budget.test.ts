import { beforeAll, describe, expect, it } from 'vitest';
import type { CrossEncoder } from '../../src/models/cross-encoder';
import { activationBytesPerToken, fixedBytes, planMemory, smallerPlan } from '../../src/training/memory-budget';
import { openWasm } from './on-wasm';
import { tinyModel } from './tiny';

let model: CrossEncoder;

beforeAll(async () => {
  await openWasm();
  model = await tinyModel();
});

describe('planMemory', () => {
  it('gives what is left beside the weights to the pieces', () => {
    const budget = fixedBytes(model) + 1000 * activationBytesPerToken(model, false);
    expect(planMemory(budget, model)).toEqual({ pieceTokens: 1000, recompute: false });
  });

  it('recomputes where the longest input would not fit otherwise', () => {
    const budget = fixedBytes(model) + 63 * activationBytesPerToken(model, false);
    const { pieceTokens, recompute } = planMemory(budget, model);
    expect(recompute).toBe(true);
    expect(pieceTokens).toBeGreaterThanOrEqual(64);
  });
});

describe('smallerPlan', () => {
  it('halves the pieces, of the batch where it is smaller than they, then recomputes, then gives up', () => {
    const plans = [];
    let plan: ReturnType<typeof smallerPlan> = { pieceTokens: 4000, recompute: false };
    while ((plan = smallerPlan(plan, 600, 100))) plans.push(plan);
    expect(plans).toEqual([
      { pieceTokens: 300, recompute: false },
      { pieceTokens: 150, recompute: false },
      { pieceTokens: 75, recompute: false },
      { pieceTokens: 75, recompute: true },
    ]);
  });
});
