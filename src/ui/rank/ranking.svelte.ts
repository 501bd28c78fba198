/** A search: a first stage's ranking of a collection, and up to three checkpoints' re-rankings of it. */
import type { RankedDocument, TextRecord } from '../../formats/records';
import { problems } from '../problems.svelte';
import { ask, library } from '../studio.svelte';
import { FIRST_STAGES, searchFirstStage, type FirstStage } from './first-stages';
import { judgementsFor } from './judgements';
import { firstStageRows, rerankedRows, type RankedRow } from './moves';

/** Passages scored at a time: small enough to show how far it is, and to be left for a new query. */
const CHUNK = 16;
export const MOST_CHECKPOINTS = 3;

export interface Column {
  /** The first stage's word, or the checkpoint's id. */
  id: string;
  name: string;
  state: 'waiting' | 'scoring' | 'done' | 'failed';
  done: number;
  rows: RankedRow[];
  error?: string;
}

class Ranking {
  #collection = $state<string>();
  #checkpoints = $state.raw<string[]>();
  #encoder = $state<string>();
  firstStage = $state<FirstStage>('bm25');
  depth = $state(50);
  text = $state('');
  /** What is shown now was asked with these words. */
  asked = $state('');
  progress = $state.raw<{ what: string; done: number; total: number }>();
  columns = $state.raw<Column[]>([]);
  texts = $state.raw(new Map<string, string>());
  /** Grades of the query's judged documents. */
  judged = $state.raw<Record<string, number>>({});
  busy = $state(false);
  #turn = 0;
  #example?: { queries: string; id: string; text: string };

  collection = $derived.by(() => {
    const stored = library.of('collection');
    return stored.find((one) => one.id === this.#collection) ?? stored.find((one) => one.name === 'demo') ?? stored[0];
  });

  /** The chosen ones; else the stages of the newest experiment, in their order. */
  checkpoints = $derived.by(() => {
    const finished = library.checkpoints.filter((one) => one.finished);
    if (this.#checkpoints) return this.#checkpoints.flatMap((id) => finished.find((one) => one.id === id) ?? []);
    const experiment = finished.find((one) => one.experiment)?.experiment;
    const stages = finished.filter((one) => one.experiment === experiment && experiment !== undefined).reverse();
    return (stages.length ? stages : finished.slice(0, 1)).slice(0, MOST_CHECKPOINTS);
  });

  /** What encodes where the first stage does; the chosen one, else the newest that was not trained to re-rank. */
  encoder = $derived.by(() => {
    const finished = library.checkpoints.filter((one) => one.finished);
    return finished.find((one) => one.id === this.#encoder) ?? finished.find((one) => !one.experiment) ?? finished[0];
  });

  chooseFirstStage(how: FirstStage): void {
    this.firstStage = how;
    if (this.asked) void this.search();
  }

  chooseEncoder(id: string): void {
    this.#encoder = id;
    if (this.asked) void this.search();
  }

  chooseCollection(id: string): void {
    this.#collection = id;
    this.clear();
  }

  /** Sets, adds or (with undefined) takes out the checkpoint at a place. */
  chooseCheckpoint(place: number, id: string | undefined): void {
    const ids = this.checkpoints.map((one) => one.id);
    if (id === undefined) ids.splice(place, 1);
    else ids[place] = id;
    this.#checkpoints = [...new Set(ids)].slice(0, MOST_CHECKPOINTS);
    if (this.asked) void this.search();
  }

  clear(): void {
    this.#turn++;
    this.columns = [];
    this.asked = '';
    this.busy = false;
    this.progress = undefined;
  }

  /** A stored query: its judgements are shown. */
  ask(queries: string, query: TextRecord): void {
    this.#example = { queries, ...query };
    this.text = query.text;
    void this.search();
  }

  async search(): Promise<void> {
    const query = this.text.trim();
    const { collection, checkpoints, depth, firstStage: how } = this;
    if (!query || !collection) return;
    const turn = ++this.#turn;
    const late = () => turn !== this.#turn;
    const show = (columns: Column[]) => {
      if (!late()) this.columns = columns;
    };
    this.busy = true;
    this.asked = query;
    try {
      const found = searchFirstStage({ how, checkpoint: this.encoder?.id, collection: collection.id, query, depth });
      let step = await found.next();
      for (; !step.done; step = await found.next()) {
        if (late()) {
          // Ends the work of a search that nobody waits for.
          await found.return([]);
          return;
        }
        this.progress = step.value;
      }
      const ranking = step.value;
      const ids = ranking.map((one) => one.document);
      const records = ids.length ? await ask.data((api) => api.texts(collection.id, ids)) : [];
      if (late()) return;
      this.progress = undefined;
      this.texts = new Map(records.map((record) => [record.id, record.text]));
      this.judged = {};
      const example = this.#example?.text === query ? this.#example : undefined;
      if (example) {
        const judged = await judgementsFor(example.queries, example.id, collection.id);
        if (late()) return;
        this.judged = judged;
      }
      const columns: Column[] = [
        { id: how, name: FIRST_STAGES[how].name, state: 'done', done: ids.length, rows: firstStageRows(ranking) },
        ...checkpoints.map(({ id, name }): Column => ({ id, name, state: 'waiting', done: 0, rows: [] })),
      ];
      show(columns);
      if (ids.length === 0) return;
      for (const [i, checkpoint] of checkpoints.entries()) {
        for await (const column of this.#rerank(checkpoint.id, checkpoint.name, query, ranking)) {
          if (late()) return;
          columns[i + 1] = column;
          show([...columns]);
        }
      }
    } catch (error) {
      if (!late()) problems.report(`Searching for “${query}”`, error);
    } finally {
      if (!late()) {
        this.busy = false;
        this.progress = undefined;
      }
    }
  }

  async *#rerank(id: string, name: string, query: string, ranking: RankedDocument[]): AsyncGenerator<Column> {
    const scores: number[] = [];
    yield { id, name, state: 'scoring', done: 0, rows: [] };
    try {
      while (scores.length < ranking.length) {
        const documents = ranking
          .slice(scores.length, scores.length + CHUNK)
          .map((one) => this.texts.get(one.document) ?? '');
        scores.push(...(await ask.ranker((api) => api.score({ checkpoint: id, query, documents }))));
        yield { id, name, state: 'scoring', done: scores.length, rows: [] };
      }
      yield { id, name, state: 'done', done: scores.length, rows: rerankedRows(ranking, scores) };
    } catch (error) {
      yield {
        id,
        name,
        state: 'failed',
        done: 0,
        rows: [],
        error: error instanceof Error ? error.message : String(error),
      };
    }
  }
}

export const ranking = new Ranking();
