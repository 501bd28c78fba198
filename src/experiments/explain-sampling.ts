/** What a sampler draws from stored data, query by query, with the reasons. */
import type { Qrels, Run } from '../formats/records';
import type { SamplingOptions } from '../recipes/recipe';
import type { Library } from '../storage/library';
import { createSampler, type Dropped, type ExplainedQuery, type Sampler } from '../training/sampler';

export interface SamplingQuestion {
  /** Id of a stored run. */
  run: string;
  /** Id of stored judgements; left out with `useRanksAsQrels`. */
  qrels?: string;
  sampling: SamplingOptions;
  seed: number;
  /** From 0. */
  epoch: number;
  /** The first one of the epoch if left out. */
  query?: string;
}

export interface SamplingAnswer {
  /** Queries that lists are drawn for. */
  queries: number;
  dropped: readonly Dropped[];
  /** Undefined when no query was asked for and none has a list. */
  explained?: ExplainedQuery;
  /** The query's neighbours in the epoch's order. */
  previous?: string;
  next?: string;
}

/** Answers questions, keeping what it read last: to change a number draws again and reads nothing. */
export class SamplingExplainer {
  #run?: Kept<Run>;
  #qrels?: Kept<Qrels>;
  #sampler?: Kept<Sampler>;

  constructor(private readonly library: Library) {}

  /** @throws the sampler's error when options are impossible or nobody knows the query, the library's when a data set is gone. */
  async answer({ run, qrels, sampling, seed, epoch, query }: SamplingQuestion): Promise<SamplingAnswer> {
    const judgements = sampling.useRanksAsQrels ? undefined : qrels;
    const sampler = await this.#samplerOf(run, judgements, sampling, seed);
    const { dropped } = sampler;
    const order = sampler.order(epoch);
    const asked = query ?? order[0];
    if (asked === undefined) return { queries: 0, dropped };
    const explained = sampler.explain(epoch, asked);
    const index = 'index' in explained ? explained.index : undefined;
    const neighbours = index === undefined ? {} : { previous: order[index - 1], next: order[index + 1] };
    return { queries: order.length, dropped, explained, ...neighbours };
  }

  async #samplerOf(run: string, qrels: string | undefined, sampling: SamplingOptions, seed: number): Promise<Sampler> {
    const key = JSON.stringify([run, qrels, sampling, seed]);
    if (this.#sampler?.key !== key) {
      if (this.#run?.key !== run) this.#run = { key: run, value: await this.library.readRun(run) };
      if (qrels !== undefined && this.#qrels?.key !== qrels) {
        this.#qrels = { key: qrels, value: await this.library.readQrels(qrels) };
      }
      const judged = qrels === undefined ? undefined : this.#qrels?.value;
      this.#sampler = { key, value: createSampler(this.#run.value, judged, sampling, seed) };
    }
    return this.#sampler.value;
  }
}

interface Kept<T> {
  key: string;
  value: T;
}
