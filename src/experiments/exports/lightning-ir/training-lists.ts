import type { Qrels, Run } from '../../../formats/records';
import type { Stage } from '../../../recipes/recipe';
import type { Labels } from '../../../training/losses/list-loss';
import { LOSSES } from '../../../training/losses/losses';
import { candidates, ranksAsQrels, type Candidate } from '../../../training/candidates';
import { createSampler } from '../../../training/sampler';

/** What Lightning IR's RunDataset draws lists from, and how. */
export interface TrainingLists {
  run: Run;
  /** Of the candidates only; none where ranks are the labels. */
  qrels?: Qrels;
  /** Arguments of RunDataset. */
  dataset: {
    depth: number;
    sample_size: number;
    sampling_strategy: 'top' | 'random' | 'single_relevant';
    targets: 'relevance' | 'rank' | 'score';
    add_docs_not_in_ranking: boolean;
  };
  /** Queries that are left out, by reason. */
  dropped: { reason: string; count: number }[];
}

/**
 * Writes a stage's sampling as a run, judgements, and a strategy of Lightning IR (0.0.6):
 *
 *   full_first                                   top               the first ones by rank
 *   full_random                                  random
 *   random, numRelevantSamples 1, nonRelevant random   single_relevant   1 relevant + non-relevant ones, at random
 *
 * Run and judgements hold the candidates of each query only (`training/candidates.ts`), so that depth, unjudged and not retrieved documents
 * are as the recipe says. Queries with fewer candidates than a list are left out: Lightning IR stacks lists of one length.
 *
 * @throws Error naming the option that has no counterpart; what `createSampler` throws.
 */
export function trainingLists(stage: Stage, run: Run, qrels: Qrels | undefined): TrainingLists {
  const { sampling, training } = stage;
  const strategy = strategyOf(stage);
  const sampler = createSampler(run, qrels, sampling, training.seed);
  const judged = sampling.useRanksAsQrels ? ranksAsQrels(run) : qrels!;
  const dropped = sampler.dropped.map(({ reason, count }): TrainingLists['dropped'][number] => ({ reason, count }));
  const reasons = new Map<string, number>();
  /** What is relevant and ranked below the depth comes in by its judgement, as what was not retrieved does. */
  const isRanked = ({ rank }: Candidate) =>
    rank !== -1 && (sampling.trainSampleDepth === -1 || rank <= sampling.trainSampleDepth);

  const kept = new Map<string, Candidate[]>();
  for (const query of sampler.queries) {
    const all = candidates(run.get(query)!, judged.get(query)!, sampling);
    const reason = unusable(stage, strategy, all);
    if (reason === undefined) kept.set(query, all);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  if (kept.size === 0)
    throw new Error(`stage ${stage.name}: no list of ${sampling.trainSampleSize} can be drawn for any query`);
  const targets = sampling.targets === 'score' ? 'score' : sampling.useRanksAsQrels ? 'rank' : 'relevance';
  return {
    run: rankings(kept, isRanked),
    ...(sampling.useRanksAsQrels ? {} : { qrels: judgements(kept, strategy !== 'single_relevant') }),
    dataset: {
      depth: sampling.useRanksAsQrels ? largestRank(run) : sampling.trainSampleDepth,
      sample_size: sampling.trainSampleSize,
      sampling_strategy: strategy,
      targets,
      add_docs_not_in_ranking: [...kept.values()].some((all) => !all.every(isRanked)),
    },
    dropped: [...dropped, ...[...reasons].map(([reason, count]) => ({ reason, count }))],
  };
}

function strategyOf({ name, sampling }: Stage): TrainingLists['dataset']['sampling_strategy'] {
  const { relevant, nonRelevant, numRelevantSamples } = sampling;
  if (relevant === 'full_first') return 'top';
  if (relevant === 'full_random') return 'random';
  if (relevant === 'random' && nonRelevant === 'random' && numRelevantSamples === 1) return 'single_relevant';
  throw new Error(
    `stage ${name}: sampling: Lightning IR draws relevant: full_first, full_random, or random with numRelevantSamples: 1 and ` +
      `nonRelevant: random; found ${relevant}, ${numRelevantSamples}, ${nonRelevant}`,
  );
}

/** Why no list can be drawn from these candidates there, where one could here; undefined if it can. */
function unusable({ sampling, training }: Stage, strategy: string, all: readonly Candidate[]): string | undefined {
  const { trainSampleSize: size, targets } = sampling;
  if (strategy === 'single_relevant') {
    if (!all.some(({ relevance }) => relevance >= 1)) return 'no relevant document';
    const others = all.filter(({ relevance, rank }) => rank !== -1 && (relevance === 0 || relevance === -1)).length;
    return others < size - 1 ? `fewer than ${size - 1} non-relevant documents` : undefined;
  }
  if (all.length < size) return `fewer than ${size} documents`;
  if (strategy !== 'top') return undefined;
  const labels: Labels[number] = all
    .slice(0, size)
    .map(({ relevance, score }) => (targets === 'score' ? score : relevance));
  return LOSSES[training.loss].useless(labels) === undefined ? undefined : 'nothing to learn from their list';
}

function largestRank(run: Run): number {
  let largest = 0;
  for (const ranking of run.values()) for (const { rank } of ranking) largest = Math.max(largest, rank);
  return largest;
}

/** Ranked candidates, with their ranks and scores. */
function rankings(kept: ReadonlyMap<string, readonly Candidate[]>, isRanked: (candidate: Candidate) => boolean): Run {
  return new Map(
    [...kept].map(([query, all]) => [
      query,
      all.filter(isRanked).map(({ document, rank, score }) => ({ document, rank, score })),
    ]),
  );
}

/** With `unjudged` also the candidates without a judgement, as −1: Lightning IR would call them 0. */
function judgements(kept: ReadonlyMap<string, readonly Candidate[]>, unjudged: boolean): Qrels {
  return new Map(
    [...kept].map(([query, all]) => [
      query,
      new Map(
        all
          .filter(({ relevance }) => unjudged || relevance !== -1)
          .map(({ document, relevance }) => [document, relevance]),
      ),
    ]),
  );
}
