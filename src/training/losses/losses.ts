import type { LossName } from '../../recipes/losses';
import { binaryCrossEntropy } from './binary-cross-entropy';
import { klDivergence } from './kl-divergence';
import { lambdaRank } from './lambda-rank';
import { listMle } from './list-mle';
import { listNet } from './list-net';
import type { ListLoss } from './list-loss';
import { localizedContrastive } from './localized-contrastive';
import { marginMse } from './margin-mse';
import { pListMle } from './p-list-mle';
import { rankNet } from './rank-net';
import { weightedRankNet } from './weighted-rank-net';

/** Every loss, by the name that recipes call it; `src/recipes/losses.ts` has them in words. */
export const LOSSES: Readonly<Record<LossName, ListLoss>> = {
  LocalizedContrastive: localizedContrastive,
  RankNet: rankNet,
  WeightedRankNet: weightedRankNet,
  BinaryCrossEntropy: binaryCrossEntropy,
  MarginMSE: marginMse,
  KLDivergence: klDivergence,
  ListNet: listNet,
  ListMLE: listMle,
  PListMLE: pListMle,
  LambdaRank: lambdaRank,
};
