import * as tf from '@tensorflow/tfjs';
import { scoreStatistics } from '../evaluation/score-statistics';
import type { Qrels, Run } from '../formats/records';
import { readBack } from '../kernels/read-back';
import type { CrossEncoder } from '../models/cross-encoder';
import { rankedByScore } from '../reranking/by-score';
import { scorePairs } from '../reranking/score-pairs';
import type { SamplingOptions } from '../recipes/recipe';
import type { LabelledList } from './batches';
import { encodeLists, type ListTexts } from './encode-lists';
import { toRows } from './losses/lists';
import type { ListLoss } from './losses/list-loss';
import { createSampler } from './sampler';

/** What a model in training is tried on. */
export interface Validation {
  lists: readonly LabelledList[];
  texts: ListTexts;
  /** Measures by name of the lists in their new order, as `src/evaluation` takes them: means over queries. */
  measure: (run: Run) => Record<string, number>;
}

export interface ValidationResult {
  /** Mean over the terms of all lists that have any; NaN when none has. */
  loss: number;
  /** The measures, and `score mean` and `score variance` over all documents. */
  measures: Record<string, number>;
}

/** The whole ranking of each query to `depth`, as it is validated and tested on: retrieved documents by rank, −1 where unjudged. */
export function validationLists(run: Run, qrels: Qrels, depth: number): LabelledList[] {
  const options: SamplingOptions = {
    trainSampleSize: depth,
    trainSampleDepth: depth,
    numRelevantSamples: -1,
    minNumRelevant: 0,
    relevant: 'full_first',
    nonRelevant: 'first',
    keepNonRetrieved: false,
    removeUnjudged: false,
    useRanksAsQrels: false,
    targets: 'relevance',
    shuffleDocs: false,
    shuffleQueries: false,
  };
  const sampler = createSampler(run, qrels, options, 0);
  return sampler.queries.map((_, index) => sampler.list(0, index));
}

/** Lists scored at a time. */
const WINDOW = 16;

/** Scores the lists without dropout, and takes loss and measures of the result. The signal is looked at between batches. */
export async function validate(
  model: CrossEncoder,
  { lists, texts, measure }: Validation,
  loss: ListLoss,
  signal?: AbortSignal,
): Promise<ValidationResult> {
  const run: Run = new Map();
  let [lossSum, terms] = [0, 0];
  for (let from = 0; from < lists.length; from += WINDOW) {
    const window = lists.slice(from, from + WINDOW);
    const inputs = (await encodeLists(window, texts)).flatMap((list) => list.inputs);
    const scores: number[] = [];
    for await (const batch of scorePairs(model, inputs)) {
      signal?.throwIfAborted();
      scores.push(...batch.scores);
    }
    const scored = window.map(({ query, docs, labels }) => ({
      query,
      docs,
      labels,
      scores: scores.splice(0, docs.length),
    }));
    for (const { query, docs, scores } of scored) {
      run.set(query, rankedByScore(docs.map((document, i) => ({ document, score: scores[i]! }))));
    }
    const useful = scored.filter(({ labels }) => !loss.useless(labels));
    lossSum += await sumOfTerms(useful, loss);
    terms += loss.terms(useful.map(({ labels }) => labels));
  }
  const { mean, variance } = scoreStatistics(run);
  return { loss: lossSum / terms, measures: { ...measure(run), 'score mean': mean, 'score variance': variance } };
}

async function sumOfTerms(lists: { scores: number[]; labels: number[] }[], loss: ListLoss): Promise<number> {
  if (lists.length === 0) return 0;
  const labels = lists.map((list) => list.labels);
  const sum = tf.tidy(() => {
    const scores = tf.tensor1d(lists.flatMap((list) => list.scores));
    const lengths = labels.map((row) => row.length);
    return loss.of(toRows(scores, lengths), labels, 'sum');
  });
  const [value] = await readBack(sum, 'the validation loss').finally(() => sum.dispose());
  return value!;
}
