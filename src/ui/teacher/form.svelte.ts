/** The choices of the teacher's page, and what they come to. */
import { parseModelId } from '../../hub/model-id';
import type { Dataset } from '../../storage/entries';
import { fingerprintOf, type FolderFile } from '../../teachers/cross-encoder/model-files';
import { readBaseUrl, type BaseUrl } from '../../teachers/endpoint/base-url';
import type { Belonging } from '../../teachers/belonging';
import type { Means } from '../../teachers/open-teacher';
import type { TeachPlan } from '../../teachers/plan';
import {
  DEPTH,
  ENDPOINT_DEFAULTS,
  type ListScores,
  type Precision,
  type TeacherChoice,
  type TeachRequest,
} from '../../teachers/request';
import { library, studio } from '../studio.svelte';
import { readAmount, readWhole } from './money';
import { recall, remember } from './remembered';

export type Road = 'run' | 'onnx' | 'endpoint';

const PLAN_AFTER_MS = 350;

/** A value, or what is wrong with the text that it is read from. */
type Read<T> = { value: T; problem?: undefined } | { value?: undefined; problem: string };

const read = <T>(value: T | undefined, problem: string): Read<T> => (value === undefined ? { problem } : { value });

class TeacherForm {
  road = $state<Road>('onnx');
  #run = $state<string>();
  #collection = $state<string>();
  #queries = $state<string>();
  depth = $state(String(DEPTH));
  name = $state('');
  scores = $state<ListScores>('1/rank');

  onnxModel = $state('');
  folder = $state.raw<{ name: string; files: FolderFile[] }>();
  precision = $state<Precision>('fp32');

  baseUrl = $state('');
  llm = $state('');
  /** In memory until the page is reloaded; handed to the worker with a request, and stored nowhere. */
  key = $state('');
  priceIn = $state('');
  priceOut = $state('');
  limit = $state('');
  words = $state(String(ENDPOINT_DEFAULTS.passageWords));
  answerTokens = $state(String(ENDPOINT_DEFAULTS.answerTokens));
  lanes = $state(String(ENDPOINT_DEFAULTS.lanes));
  /** The host that the user agreed to send texts to. */
  agreedTo = $state<string>();

  plan = $state.raw<TeachPlan>();
  planProblem = $state<string>();
  planning = $state(false);
  #turn = 0;

  constructor() {
    Object.assign(this, recall());
  }

  run = $derived(pick(library.of('run'), this.#run));
  /** What the run speaks of, unless the user says otherwise. */
  #belonging = $state.raw<Belonging>({});
  collection = $derived(pick(library.of('collection'), this.#collection ?? this.#belonging.collection));
  queries = $derived(pick(library.of('queries'), this.#queries ?? this.#belonging.queries));

  /** Finds the collection and queries of the chosen run. */
  async match(run: string): Promise<void> {
    const belonging = await studio.teacher.api.belongingTo(run);
    if (this.run?.id === run) this.#belonging = belonging;
  }

  chooseRun(id: string): void {
    this.#run = id;
    this.#collection = undefined;
    this.#queries = undefined;
  }
  /** Stays with the data that are shown, whatever is stored later. */
  keepRun(): void {
    [this.#run, this.#collection, this.#queries] = [this.run?.id, this.collection?.id, this.queries?.id];
  }
  chooseCollection = (id: string) => (this.#collection = id);
  chooseQueries = (id: string) => (this.#queries = id);

  depthRead = $derived(read(readWhole(this.depth, 2), 'a whole number from 2'));
  base = $derived.by<Read<BaseUrl>>(() => {
    try {
      return { value: readBaseUrl(this.baseUrl) };
    } catch (error) {
      return { problem: (error as Error).message.replace(/^endpoint: /, '') };
    }
  });
  prices = $derived.by(() => {
    const [promptPerMillion, answerPerMillion] = [readAmount(this.priceIn), readAmount(this.priceOut)];
    if (promptPerMillion === undefined || answerPerMillion === undefined) return undefined;
    return { promptPerMillion, answerPerMillion };
  });
  free = $derived(this.prices !== undefined && this.prices.promptPerMillion + this.prices.answerPerMillion === 0);
  limitRead = $derived(read(readAmount(this.limit), 'an amount, 0 or more'));

  choice = $derived.by<TeacherChoice | undefined>(() => {
    if (this.road === 'onnx') {
      const { precision } = this;
      if (this.folder)
        return { kind: 'onnx', model: this.folder.name, precision, fingerprint: fingerprintOf(this.folder.files) };
      const id = parseModelId(this.onnxModel);
      if (!id?.model.includes('/')) return undefined;
      return { kind: 'onnx', model: id.revision === undefined ? id.model : `${id.model}@${id.revision}`, precision };
    }
    const [passageWords, answerTokens] = [readWhole(this.words, 1), readWhole(this.answerTokens, 16)];
    const [base, model] = [this.base.value, this.llm.trim()];
    if (this.road !== 'endpoint' || !base || !model || !passageWords || !answerTokens) return undefined;
    return { kind: 'endpoint', baseUrl: base.url, model, passageWords, answerTokens };
  });

  suggestedName = $derived.by(() => {
    const teacher =
      this.road === 'run' ? (this.run?.madeFrom?.system ?? this.run?.name) : this.choice?.model.split('/').at(-1);
    const about = this.road === 'run' ? '' : `${this.queries?.name ?? ''} by `;
    return teacher === undefined ? '' : `${about}${teacher}${this.road === 'run' ? ', lists' : ''}`;
  });

  request = $derived.by<TeachRequest | undefined>(() => {
    const { run, collection, queries, choice, depthRead, scores } = this;
    if (!run || !collection || !queries || !choice || depthRead.value === undefined) return undefined;
    return {
      ...{ run: run.id, collection: collection.id, queries: queries.id },
      ...{ depth: depthRead.value, teacher: choice, name: this.name.trim() || this.suggestedName, scores },
    };
  });

  /** What only this sitting knows; undefined while something is missing. */
  means = $derived.by<Means | undefined>(() => {
    if (this.road === 'onnx') return this.folder ? { files: this.folder.files } : {};
    const lanes = readWhole(this.lanes, 1);
    if (!this.prices || !lanes || (!this.free && this.limitRead.value === undefined)) return undefined;
    return {
      ...{ lanes, prices: this.prices },
      ...(this.key.trim() ? { key: this.key.trim() } : {}),
      ...(this.free ? {} : { limit: this.limitRead.value! }),
    };
  });

  agreed = $derived(
    this.road !== 'endpoint' || (this.base.value !== undefined && this.agreedTo === this.base.value.host),
  );

  remember(): void {
    const { onnxModel, baseUrl, llm, priceIn, priceOut, limit } = this;
    remember({ onnxModel, baseUrl, llm, priceIn, priceOut, limit });
  }

  /** Shows a request of before in the form: to go on with it. Files and key must be given again. */
  show({ run, collection, queries, depth, teacher, name, scores }: TeachRequest): void {
    [this.#run, this.#collection, this.#queries] = [run, collection, queries];
    Object.assign(this, { depth: String(depth), name, scores, road: teacher.kind });
    if (teacher.kind === 'onnx') {
      this.precision = teacher.precision;
      if (teacher.fingerprint === undefined) [this.onnxModel, this.folder] = [teacher.model, undefined];
    } else {
      const { baseUrl, model, passageWords, answerTokens } = teacher;
      Object.assign(this, { baseUrl, llm: model, words: String(passageWords), answerTokens: String(answerTokens) });
    }
  }

  /** Looks at what the request comes to, a moment after the last change. */
  look(request: TeachRequest | undefined): () => void {
    const turn = ++this.#turn;
    this.plan = undefined;
    this.planProblem = undefined;
    this.planning = request !== undefined;
    if (!request) return () => {};
    const timer = setTimeout(async () => {
      try {
        const plan = await studio.teacher.api.plan($state.snapshot(request) as TeachRequest);
        if (turn === this.#turn) this.plan = plan;
      } catch (error) {
        if (turn === this.#turn) this.planProblem = (error as Error).message;
      } finally {
        if (turn === this.#turn) this.planning = false;
      }
    }, PLAN_AFTER_MS);
    return () => clearTimeout(timer);
  }
}

/** The chosen one, or the newest. */
const pick = (stored: Dataset[], id: string | undefined) => stored.find((entry) => entry.id === id) ?? stored[0];

export const form = new TeacherForm();
