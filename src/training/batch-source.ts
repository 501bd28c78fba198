import type { Batch } from './batches';
import type { Sampler } from './sampler';

/** Batches by epoch and place, each the same whenever it is asked for: to resume needs only to know the place. */
export interface BatchSource {
  batchesPerEpoch: number;
  /** Epochs and indices count from 0. */
  batch(epoch: number, index: number): Batch;
}

/** Batches of `queriesPerBatch` sampled lists; the last one of an epoch has what is left. */
export function sampledBatches(sampler: Sampler, queriesPerBatch: number): BatchSource {
  const lists = sampler.queries.length;
  return {
    batchesPerEpoch: Math.ceil(lists / queriesPerBatch),
    batch(epoch, index) {
      const from = index * queriesPerBatch;
      const size = Math.min(queriesPerBatch, lists - from);
      return Array.from({ length: size }, (_, i) => sampler.list(epoch, from + i));
    },
  };
}

/** The batches of a file, in its order, the same in every epoch: comparable step by step to another program's run. */
export function explicitBatches(batches: readonly Batch[]): BatchSource {
  return { batchesPerEpoch: batches.length, batch: (_, index) => batches[index]! };
}

/**
 * Checks the batches of a `training.batches` file.
 *
 * @throws Error naming the place, what was expected and what was found.
 */
export function parseBatches(json: unknown, file: string): Batch[] {
  const fail = (place: string, expected: string, found: unknown): never => {
    throw new Error(`${file}: ${place}: expected ${expected}, found ${JSON.stringify(found)?.slice(0, 80)}`);
  };
  const listOf = (value: unknown, place: string, what: string): unknown[] =>
    Array.isArray(value) && value.length > 0 ? value : fail(place, `a list of ${what}`, value);
  return listOf(json, 'the file', 'batches').map((batch, b) =>
    listOf(batch, `batch ${b}`, 'lists').map((entry, l) => {
      const place = `batch ${b}, list ${l}`;
      const { query, docs, labels } = (entry ?? {}) as Record<string, unknown>;
      if (typeof query !== 'string') fail(`${place}, query`, 'an id', query);
      const ids = listOf(docs, `${place}, docs`, 'ids');
      ids.forEach((id) => typeof id === 'string' || fail(`${place}, docs`, 'ids', id));
      const numbers = listOf(labels, `${place}, labels`, 'numbers');
      numbers.forEach((label) => Number.isFinite(label) || fail(`${place}, labels`, 'numbers', label));
      if (numbers.length !== ids.length) fail(`${place}, labels`, `${ids.length} numbers`, labels);
      return { query: query as string, docs: ids as string[], labels: numbers as number[] };
    }),
  );
}
