import type { SamplingOptions } from '../recipes/recipe';
import type { LabelledList } from './batches';
import type { Candidate } from './candidates';
import { sample, shuffled, type RandomStream } from './random';

/** A part of a list: what it is taken from, how, and how many at most. */
export interface Draw {
  /** `any`: the whole list in one draw, labels as they are. */
  as: 'relevant' | 'non-relevant' | 'any';
  /** By rank. */
  from: readonly Candidate[];
  /** The first ones by rank, or any at random. */
  by: 'rank' | 'random';
  count: number;
}

/** A document of a list, with what it was drawn as. */
export interface DrawnDocument {
  candidate: Candidate;
  as: Draw['as'];
  label: number;
}

/**
 * Draws one training list of at most `trainSampleSize` different documents (`draws` says from what).
 *
 * In order of rank, documents that were not retrieved at a random rank, or shuffled. With `targets: score` the labels are the run's scores.
 */
export function drawList(
  query: string,
  candidates: readonly Candidate[],
  options: SamplingOptions,
  random: RandomStream,
): LabelledList {
  return toList(query, drawDocuments(candidates, options, random));
}

export function toList(query: string, drawn: readonly DrawnDocument[]): LabelledList {
  return { query, docs: drawn.map(({ candidate }) => candidate.document), labels: drawn.map(({ label }) => label) };
}

/** The documents of a list, in its order. */
export function drawDocuments(
  candidates: readonly Candidate[],
  options: SamplingOptions,
  random: RandomStream,
): DrawnDocument[] {
  const drawn = draws(candidates, options).flatMap(({ as, from, by, count }) =>
    (by === 'rank' ? from.slice(0, count) : sample(from, count, random)).map((candidate) => ({
      candidate,
      as,
      label: labelOf(candidate, as, options),
    })),
  );
  return options.shuffleDocs ? shuffled(drawn, random) : byRank(drawn, candidates, random);
}

/**
 * What a list is drawn from:
 *
 *   full_first, full_random   one draw of the whole list, the first ones by rank, or any
 *   otherwise                 relevant ones (≥ 1), then non-relevant ones (0 or −1) up to the size
 */
export function draws(candidates: readonly Candidate[], options: SamplingOptions): Draw[] {
  const { trainSampleSize: size, relevant: strategy } = options;
  if (strategy === 'full_first' || strategy === 'full_random') {
    return [{ as: 'any', from: candidates, by: strategy === 'full_first' ? 'rank' : 'random', count: size }];
  }
  const relevant = relevantDraw(candidates, options);
  const taken = Math.min(relevant.count, relevant.from.length);
  const from = candidates.filter(({ relevance }) => relevance === 0 || relevance === -1);
  const by = options.nonRelevant === 'first' ? 'rank' : 'random';
  return [relevant, { as: 'non-relevant', from, by, count: size - taken }];
}

/**
 * `numRelevantSamples` documents of relevance ≥ 1, never more than the list holds: by rank (`first`, `topk`) or any (`random`). With −1 it is
 * all of them; `first` then takes only those ranked within the list's size, of which a document that was not retrieved
 * (rank −1) counts as one, as in the study's code.
 */
function relevantDraw(candidates: readonly Candidate[], options: SamplingOptions): Draw {
  const { trainSampleSize: size, numRelevantSamples: wanted, relevant: strategy } = options;
  const relevant = candidates.filter(({ relevance }) => relevance >= 1);
  const isBounded = strategy === 'first' && wanted === -1;
  return {
    as: 'relevant',
    from: isBounded ? relevant.filter(({ rank }) => rank <= size) : relevant,
    by: strategy === 'random' ? 'random' : 'rank',
    count: Math.min(size, wanted === -1 ? relevant.length : wanted),
  };
}

function labelOf({ relevance, score }: Candidate, as: Draw['as'], { targets }: SamplingOptions): number {
  if (targets === 'score') return score;
  return as === 'non-relevant' ? 0 : relevance;
}

function byRank(
  drawn: readonly DrawnDocument[],
  candidates: readonly Candidate[],
  random: RandomStream,
): DrawnDocument[] {
  const deepest = candidates.reduce((deepest, { rank }) => Math.max(deepest, rank), 1);
  return drawn
    .map((entry) => ({ entry, at: entry.candidate.rank === -1 ? 1 + random.below(deepest) : entry.candidate.rank }))
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry);
}
