/** The sampling page: its address says what is asked, the data worker answers. */
import * as v from 'valibot';
import type { SamplingAnswer } from '../../../experiments/explain-sampling';
import { SAMPLING_DEFAULTS } from '../../../recipes/defaults';
import { SAMPLING_FIELDS } from '../../../recipes/fields';
import type { Bm25Options, DataSources, SamplingOptions, Stage } from '../../../recipes/recipe';
import { bm25System } from '../../../recipes/systems';
import type { Dataset } from '../../../storage/entries';
import { problems } from '../../problems.svelte';
import { router } from '../../router.svelte';
import { ask, library, studio } from '../../studio.svelte';
import { checkRecipe } from '../check-recipe';
import { composer } from '../composer.svelte';
import { DEMO, PRESETS } from '../presets';
import type { DataKey } from '../recipe-document';
import { readSamplingAddress, toSamplingAddress, type OptionValue, type SamplingChoice } from './sampling-address';

/** What `data.run` of a recipe is called where the run is made and not read. */
const nameIn = (data: DataSources | undefined, key: DataKey): string | undefined => {
  const value = data?.[key];
  return typeof value === 'string' ? value : undefined;
};

class Sampling {
  choice = $derived(readSamplingAddress(router.route.query));
  preset = $derived(PRESETS.find(({ name }) => name === this.choice.recipe) ?? composer.preset ?? DEMO ?? PRESETS[0]);
  stages = $derived((this.preset && checkRecipe(this.preset.yaml).recipe?.stages) ?? []);
  stage = $derived<Stage | undefined>(this.stages[this.choice.stage] ?? this.stages[0]);
  /** Of the recipe alone. */
  recipeOptions = $derived(this.stage?.sampling ?? SAMPLING_DEFAULTS.CL);
  /** What is wrong with an option that was written over the recipe's. */
  errors = $derived.by(() => {
    const errors: Partial<Record<keyof SamplingOptions, string>> = {};
    for (const [key, value] of Object.entries(this.choice.sampling) as [keyof SamplingOptions, OptionValue][]) {
      const result = v.safeParse(SAMPLING_FIELDS[key].schema, value);
      if (!result.success) errors[key] = `${result.issues[0].message}, found ${JSON.stringify(value)}`;
    }
    return errors;
  });
  options = $derived<SamplingOptions>({ ...this.recipeOptions, ...(this.choice.sampling as Partial<SamplingOptions>) });
  seed = $derived(this.choice.seed ?? this.stage?.training.seed ?? 42);

  /** The data sets, where they are stored. */
  data = $derived.by(() => {
    const found = (key: Exclude<DataKey, 'run'>) => named(key, this.choice.data[key] ?? nameIn(this.stage?.data, key));
    const collection = found('collection');
    const queries = found('queries');
    return { collection, queries, qrels: found('qrels'), run: this.#run(collection, queries) };
  });
  /** BM25 as the recipe has it, where it makes its run when it runs. */
  bm25 = $derived.by<Bm25Options | undefined>(() => {
    const run = this.stage?.data?.run;
    return typeof run === 'object' && 'bm25' in run ? run.bm25 : undefined;
  });

  answer = $state.raw<SamplingAnswer>();
  /** Why there is no answer: options that contradict each other, a query that nobody knows. */
  error = $state<string>();
  busy = $state(false);
  making = $state.raw<{ done: number; total: number }>();
  #turn = 0;

  #run(collection: Dataset | undefined, queries: Dataset | undefined): Dataset | undefined {
    const name = this.choice.data.run ?? nameIn(this.stage?.data, 'run');
    if (name !== undefined) return named('run', name);
    if (!collection || !queries) return undefined;
    return library
      .of('run')
      .find(
        ({ madeFrom }) =>
          madeFrom?.system === bm25System(this.bm25 ?? {}) &&
          madeFrom.collection === collection.id &&
          madeFrom.queries === queries.id,
      );
  }

  /** Shows something else: goes to its address. */
  show(changes: Partial<SamplingChoice>): void {
    router.go('fine-tune', ['sampling'], toSamplingAddress({ ...this.choice, ...changes }));
  }

  /** `undefined`: back to the recipe's. */
  setOption(key: string, value: OptionValue | undefined): void {
    const { [key as keyof SamplingOptions]: _, ...others } = this.choice.sampling;
    this.show({ sampling: value === undefined ? others : { ...others, [key]: value } });
  }

  setData(key: DataKey, name: string): void {
    this.show({ data: { ...this.choice.data, [key]: name }, query: undefined });
  }

  /** Asks for what the address says. */
  async draw(): Promise<void> {
    const turn = ++this.#turn;
    const { data, options, seed, errors } = this;
    const { epoch, query } = this.choice;
    const { run, qrels } = data;
    if (!run || (!qrels && !options.useRanksAsQrels) || Object.keys(errors).length > 0) {
      this.answer = undefined;
      this.error = undefined;
      return;
    }
    this.busy = true;
    try {
      const answer = await ask.data((api) =>
        api.explainSampling({
          run: run.id,
          ...(qrels ? { qrels: qrels.id } : {}),
          sampling: options,
          seed,
          epoch,
          ...(query === undefined ? {} : { query }),
        }),
      );
      if (turn !== this.#turn) return;
      this.answer = answer;
      this.error = undefined;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.error = error instanceof Error ? error.message : String(error);
    }
    this.busy = false;
  }

  /** Makes and stores BM25's run of the recipe's queries. */
  async makeRun(): Promise<void> {
    const { collection, queries } = this.data;
    if (!collection || !queries) return;
    const options: Bm25Options = this.bm25 ?? { k1: 0.9, b: 0.4, depth: 100 };
    this.making = { done: 0, total: 0 };
    await problems.watch('Making BM25’s run', async () => {
      const request = {
        collection: collection.id,
        queries: queries.id,
        ...options,
        name: `${queries.name} ${bm25System(options)}`,
      };
      for await (const event of studio.retrieval.read(studio.retrieval.api.bm25Run(request))) {
        if (event.type === 'progress') this.making = { done: event.done, total: event.total };
      }
      await library.refresh();
    });
    this.making = undefined;
  }
}

const named = (key: DataKey, name: string | undefined): Dataset | undefined =>
  library.of(key).find((entry) => entry.name === name);

export const sampling = new Sampling();
