/** A search: a first stage's ranking of a collection, and up to three checkpoints' re-rankings of it. */
import type { Progress } from '../../experiments/progress';
import type { RankedDocument, TextRecord } from '../../formats/records';
import type { TextRange } from '../../text/lucene/term-ranges';
import { problems } from '../problems.svelte';
import { ask, library } from '../studio.svelte';
import { FIRST_STAGES, isInstant, searchFirstStage, type FirstStage } from './first-stages';
import { judgementsFor } from './judgements';
import { firstStageRows, rerankedRows, type RankedRow } from './moves';

/** Passages scored at a time: small enough to show how far it is, and to be left for a new query. */
const CHUNK = 16;
/** Without a key before a query that is being typed is searched for. */
const PAUSE_MS = 150;
export const MOST_CHECKPOINTS = 3;

export interface Column {
  /** The first stage's word, or the checkpoint's id. */
  id: string;
  name: string;
  /** `unasked`: the query is still being typed, and nobody asked for a re-ranking. */
  state: 'unasked' | 'waiting' | 'scoring' | 'done' | 'failed';
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
  /** What is shown now was asked with these words, and found so. */
  asked = $state('');
  askedBy = $state<FirstStage>('bm25');
  progress = $state.raw<Progress>();
  columns = $state.raw<Column[]>([]);
  texts = $state.raw(new Map<string, string>());
  /** Where each document has words of the query. */
  matches = $state.raw(new Map<string, TextRange[]>());
  /** Grades of the query's judged documents. */
  judged = $state.raw<Record<string, number>>({});
  busy = $state(false);
  #turn = 0;
  #pause?: ReturnType<typeof setTimeout>;
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
    this.#again();
  }

  chooseEncoder(id: string): void {
    this.#encoder = id;
    this.#again();
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
    this.#again();
  }

  /** Searches anew after a choice, where there is a search. */
  #again(): void {
    if (this.asked || this.busy) void this.search();
  }

  clear(): void {
    clearTimeout(this.#pause);
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

  /** The query is being typed: after a pause its first stage's answer is shown, where that takes milliseconds. */
  typed(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#searchWhileTyped(), PAUSE_MS);
  }

  async #searchWhileTyped(): Promise<void> {
    const query = this.text.trim();
    const { collection, firstStage: how } = this;
    if (!collection || query === this.asked) return;
    if (!query) {
      this.clear();
      return;
    }
    const isInTime = await isInstant(how, collection.id).catch(() => false);
    if (isInTime && query === this.text.trim()) await this.search(false);
  }

  /** Searches for the query; a search that goes on ends. Without `rerank`, the first stage alone answers. */
  async search(rerank = true): Promise<void> {
    clearTimeout(this.#pause);
    const query = this.text.trim();
    const { collection, checkpoints, depth, firstStage: how } = this;
    if (!query || !collection) return;
    const turn = ++this.#turn;
    const late = () => turn !== this.#turn;
    const show = (columns: Column[]) => {
      if (!late()) this.columns = columns;
    };
    this.busy = rerank;
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
      const texts = records.map((record) => record.text);
      const matches = await ask.retrieval((api) => api.matches(query, texts));
      const example = this.#example?.text === query ? this.#example : undefined;
      const judged = example ? await judgementsFor(example.queries, example.id, collection.id) : {};
      if (late()) return;
      // All at once: rows of one query must not meet texts of another.
      this.progress = undefined;
      this.asked = query;
      this.askedBy = how;
      this.judged = judged;
      this.texts = new Map(ids.map((id, i) => [id, texts[i]!]));
      this.matches = new Map(ids.map((id, i) => [id, matches[i]!]));
      const columns: Column[] = [
        { id: how, name: FIRST_STAGES[how].name, state: 'done', done: ids.length, rows: firstStageRows(ranking) },
        ...checkpoints.map(({ id, name }): Column => ({
          id,
          name,
          state: rerank ? 'waiting' : 'unasked',
          done: 0,
          rows: [],
        })),
      ];
      show(columns);
      if (ids.length === 0 || !rerank) return;
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
