/** What is compared: runs, by measures, on judgements. Measures are computed by the data worker, a run at a time. */
import { parseMeasure } from '../../evaluation/parse-measure';
import type { ExperimentProgress } from '../../experiments/experiment-progress';
import { ask, library } from '../studio.svelte';
import type { Compared } from './per-query';

export const USUAL_MEASURES = [
  'nDCG@10',
  'RR@10',
  'AP',
  'P@10',
  'R@100',
  'nDCG@1',
  'nDCG@5',
  'AP(rel=2)',
  'RR(rel=2)@10',
  'Judged@10',
];
/** More than these are not compared without being asked. */
const MOST_AT_FIRST = 6;

class Comparing {
  #qrels = $state<string>();
  #runs = $state.raw<string[]>();
  #baseline = $state<string>();
  measures = $state.raw<string[]>(['nDCG@10', 'RR@10', 'AP']);
  rows = $state.raw<Compared[]>([]);
  busy = $state(false);
  #turn = 0;

  /** Runs of the newest experiment that has measured some. */
  #newest = $derived.by(() => {
    for (const { progress } of library.experiments) {
      const results = (progress as ExperimentProgress | undefined)?.results ?? [];
      const first = results.filter((one) => one.testSet === results[0]?.testSet);
      const runs = first.flatMap((one) => library.dataset(one.run) ?? []).filter((one) => one.state === 'ready');
      if (runs.length > 0) return runs;
    }
    return [];
  });

  runs = $derived.by(() => {
    const stored = library.of('run');
    if (this.#runs) return this.#runs.flatMap((id) => stored.find((one) => one.id === id) ?? []);
    return (this.#newest.length > 0 ? this.#newest : stored.toReversed()).slice(0, MOST_AT_FIRST);
  });

  /** The chosen one; else the judgements named like the queries that the runs answer. */
  qrels = $derived.by(() => {
    const stored = library.of('qrels');
    const queries = library.dataset(this.runs[0]?.madeFrom?.queries)?.name;
    return stored.find((one) => one.id === this.#qrels) ?? stored.find((one) => one.name === queries) ?? stored[0];
  });

  baseline = $derived(this.runs.find((one) => one.id === this.#baseline) ?? this.runs[0]);

  chooseQrels(id: string): void {
    this.#qrels = id;
  }

  chooseBaseline(id: string): void {
    this.#baseline = id;
    if (!this.runs.some((one) => one.id === id)) this.toggleRun(id);
  }

  toggleRun(id: string): void {
    const ids = this.runs.map((one) => one.id);
    this.#runs = ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
  }

  toggleMeasure(name: string): void {
    const has = this.measures.includes(name);
    if (has && this.measures.length === 1) return;
    this.measures = has ? this.measures.filter((one) => one !== name) : [...this.measures, name];
  }

  /** Adds a measure by name. Returns what is wrong with the name, if anything. */
  addMeasure(name: string): string | undefined {
    try {
      parseMeasure(name);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    if (!this.measures.includes(name)) this.measures = [...this.measures, name];
    return undefined;
  }

  /** Measures everything that is chosen; an earlier call that is still at work is left. */
  async compare(): Promise<void> {
    const { qrels, runs, baseline, measures } = this;
    const turn = ++this.#turn;
    if (!qrels || runs.length === 0) {
      this.rows = [];
      return;
    }
    this.busy = true;
    const rows: Compared[] = runs.map((run) => ({
      run,
      result: this.rows.find((row) => row.run.id === run.id)?.result,
    }));
    this.rows = rows;
    for (const [i, run] of runs.entries()) {
      const against = baseline && baseline.id !== run.id ? { baseline: baseline.id } : {};
      let row: Compared;
      try {
        row = {
          run,
          result: await ask.data((api) => api.evaluate({ qrels: qrels.id, run: run.id, measures, ...against })),
        };
      } catch (error) {
        row = { run, error: error instanceof Error ? error.message : String(error) };
      }
      if (turn !== this.#turn) return;
      rows[i] = row;
      this.rows = [...rows];
    }
    this.busy = false;
  }
}

export const comparing = new Comparing();
