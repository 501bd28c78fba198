import type { LossName } from '../../../recipes/recipe';

/**
 * The class that computes a loss there as here; the mean over a batch in each. Checked step by step by
 * tests/oracle/fit-lightning-ir.py.
 */
const CLASSES: Partial<Record<LossName, string>> = {
  LocalizedContrastive: 'lightning_ir.InfoNCE',
  RankNet: 'lightning_ir.RankNet',
  WeightedRankNet: 'rerank_studio.WeightedRankNet',
  MarginMSE: 'lightning_ir.SupervisedMarginMSE',
  KLDivergence: 'lightning_ir.KLDivergence',
};

/** @throws Error listing the losses that can go when this one has no counterpart. */
export function lossClass(stage: string, loss: LossName): string {
  const found = CLASSES[loss];
  if (found !== undefined) return found;
  throw new Error(
    `stage ${stage}: training.loss: expected one that Lightning IR computes alike (${Object.keys(CLASSES).join(', ')}), found ${loss}`,
  );
}
