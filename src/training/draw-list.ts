import type { SamplingOptions } from '../recipes/recipe';
import type { LabelledList } from './batches';
import type { Candidate } from './candidates';
import { sample, shuffled, type RandomStream } from './random';

/**
 * Draws one training list of at most `trainSampleSize` different documents:
 *
 *   full_first, full_random   the first ones by rank, or any, with their own labels (−1: unjudged)
 *   otherwise                 relevant ones (≥ 1) first, then non-relevant ones (0 or −1, labelled 0) up to the size
 *
 * In order of rank, documents that were not retrieved at a random rank, or shuffled. With `targets: score` the labels are the run's scores.
 */
export function drawList(
  query: string,
  candidates: readonly Candidate[],
  options: SamplingOptions,
  random: RandomStream,
): LabelledList {
  const drawn = drawDocuments(candidates, options, random);
  const ordered = options.shuffleDocs ? shuffled(drawn, random) : byRank(drawn, candidates, random);
  return {
    query,
    docs: ordered.map(({ document }) => document),
    labels: ordered.map(({ relevance, score }) => (options.targets === 'score' ? score : relevance)),
  };
}

function drawDocuments(candidates: readonly Candidate[], options: SamplingOptions, random: RandomStream): Candidate[] {
  const size = options.trainSampleSize;
  if (options.relevant === 'full_first') return candidates.slice(0, size);
  if (options.relevant === 'full_random') return sample(candidates, size, random);
  const relevant = drawRelevant(candidates, options, random);
  const nonRelevant = candidates
    .filter(({ relevance }) => relevance === 0 || relevance === -1)
    .map((candidate) => ({ ...candidate, relevance: 0 }));
  const rest = size - relevant.length;
  return [
    ...relevant,
    ...(options.nonRelevant === 'first' ? nonRelevant.slice(0, rest) : sample(nonRelevant, rest, random)),
  ];
}

/**
 * `numRelevantSamples` documents of relevance ≥ 1, never more than the list holds: by rank (`first`, `topk`) or any (`random`). With −1 it is
 * all of them; `first` then takes only those ranked within the list's size, of which a document that was not retrieved
 * (rank −1) counts as one, as in the study's code.
 */
function drawRelevant(candidates: readonly Candidate[], options: SamplingOptions, random: RandomStream): Candidate[] {
  const { trainSampleSize: size, numRelevantSamples: wanted, relevant: strategy } = options;
  const relevant = candidates.filter(({ relevance }) => relevance >= 1);
  const count = Math.min(size, wanted === -1 ? relevant.length : wanted);
  if (strategy === 'random') return sample(relevant, count, random);
  const eligible = strategy === 'first' && wanted === -1 ? relevant.filter(({ rank }) => rank <= size) : relevant;
  return eligible.slice(0, count);
}

function byRank(drawn: Candidate[], candidates: readonly Candidate[], random: RandomStream): Candidate[] {
  const deepest = candidates.reduce((deepest, { rank }) => Math.max(deepest, rank), 1);
  return drawn
    .map((candidate) => ({ candidate, at: candidate.rank === -1 ? 1 + random.below(deepest) : candidate.rank }))
    .sort((a, b) => a.at - b.at)
    .map(({ candidate }) => candidate);
}
