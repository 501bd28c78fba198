import type { LossName } from '../../recipes/recipe';
import type { ListLoss } from './list-loss';
import { localizedContrastive } from './localized-contrastive';
import { rankNet } from './rank-net';
import { weightedRankNet } from './weighted-rank-net';

/** Every loss, by the name that recipes call it. */
export const LOSSES: Readonly<Record<LossName, ListLoss>> = {
  LocalizedContrastive: localizedContrastive,
  RankNet: rankNet,
  WeightedRankNet: weightedRankNet,
};
