/** Makes a teacher's lists: what is missing of them, each kept as soon as it is there; at the end a stored run. */
import type { RankedDocument, Run } from '../formats/records';
import { claim, claimed } from '../storage/claims';
import type { Dataset, Teaching } from '../storage/entries';
import type { Library } from '../storage/library';
import { candidatesOf, type DroppedQuery } from './candidates';
import { realClock, type Clock } from './clock';
import type { Waiting } from './endpoint/retried';
import type { Halt } from './halt';
import { inLanes } from './in-lanes';
import { totalOf, withAsked, type AskedTotal } from './asked-total';
import { teachingId, type ListScores, type TeachRequest } from './request';
import type { Candidates, ListTask, OpenedTeacher, TaughtList, Teacher } from './teacher';

/** A model on its way, in bytes; `total` is 0 while unknown. */
export interface Loading {
  type: 'loading';
  what: string;
  done: number;
  total: number;
  /** Undefined while it cannot be told. */
  etaMs?: number;
}

export type TeachEvent =
  | Loading
  | { type: 'started'; teaching: string; lists: number; done: number; dropped: DroppedQuery[] }
  | {
      type: 'progress';
      what: string;
      /** Pieces of work: lists, or a list's windows. */
      done: number;
      total: number;
      lists: { done: number; total: number };
      /** Of an endpoint: all that was asked, in earlier sittings too. */
      asked?: AskedTotal;
      /** Infinity while unknown. */
      etaMs: number;
    }
  /** Something failed and is tried again. */
  | ({ type: 'waiting' } & Waiting)
  /** It was stopped before its end; asked again, it goes on. */
  | { type: 'stopped'; teaching: string; lists: { done: number; total: number }; asked?: AskedTotal }
  | { type: 'done'; teaching: string; dataset: Dataset; lists: number; left: LeftOut[]; asked?: AskedTotal };

/** A list that is not in the run: the teacher put nothing in order. */
export interface LeftOut {
  query: string;
  reason: string;
}

export interface TeachOptions {
  library: Library;
  request: TeachRequest;
  /** Opens the teacher once it is known that there is something left to do; told what was asked in earlier sittings. */
  open: (before: AskedTotal | undefined) => AsyncGenerator<Loading, OpenedTeacher, void>;
  halt: Halt;
  clock?: Clock;
}

interface Step {
  list: Candidates;
  step: TaughtList | { waiting: Waiting };
}

/**
 * Goes on with the teaching of this request, or begins it.
 * @throws what the teacher throws; what it made before is kept, and the entry says why it stopped
 */
export async function* teach(options: TeachOptions): AsyncGenerator<TeachEvent, void> {
  const { library, request, halt, clock = realClock } = options;
  const id = await teachingId(request);
  const claimName = claimOfTeaching(id);
  if ((await claimed())(claimName)) throw new Error('these lists are being made already, perhaps in another tab');
  const release = await claim(claimName);
  try {
    const { lists, dropped } = await candidatesIn(library, request);
    const taught = (await library.taught(id)) as Map<string, TaughtList>;
    const isDone = ({ query }: Candidates) => taught.get(query)?.whole === true;
    const doneOf = () => lists.filter(isDone).length;
    const before = await library.teaching(id);
    let entry: Teaching = {
      ...{ id, name: request.name, request, createdAt: before?.createdAt ?? clock.now() },
      ...{ done: doneOf(), total: lists.length, ...(before?.run ? { run: before.run } : {}) },
    };
    await library.putTeaching(entry);
    yield { type: 'started', teaching: id, lists: lists.length, done: entry.done, dropped };

    const pending = lists.filter((list) => !isDone(list));
    if (pending.length > 0) {
      try {
        const { teacher, close } = yield* options.open(totalOf(taught.values()));
        try {
          yield* makeLists({ library, request, halt, clock, id, lists, pending, taught, teacher });
        } finally {
          await close();
        }
      } catch (error) {
        const why = halt.signal.aborted ? {} : { error: (error as Error).message };
        await library.putTeaching({ ...entry, done: doneOf(), ...why });
        throw error;
      }
    }
    const asked = totalOf(taught.values());
    if (doneOf() < lists.length) {
      yield {
        ...{ type: 'stopped', teaching: id, lists: { done: doneOf(), total: lists.length } },
        ...(asked ? { asked } : {}),
      };
      return;
    }
    const { run, left } = asRun(lists, taught, request.scores);
    const dataset = await storeRun(library, request, run, before);
    entry = { ...entry, done: lists.length, run: dataset.id };
    await library.putTeaching(entry);
    yield { type: 'done', teaching: id, dataset, lists: run.size, left, ...(asked ? { asked } : {}) };
  } finally {
    release();
  }
}

/** What a tab claims while it is at a teaching. */
export const claimOfTeaching = (id: string) => `teaching:${id}`;

/** The lists that a request asks for. @throws if there are none. */
export async function candidatesIn(
  library: Library,
  { queries, run, depth }: Pick<TeachRequest, 'queries' | 'run' | 'depth'>,
) {
  const ranked = await library.readRun(run);
  const unknown = new Set(await library.texts(queries).unknown(ranked.keys()));
  const found = candidatesOf(ranked, depth, { has: (query) => !unknown.has(query) });
  if (found.lists.length === 0) {
    const [first] = found.dropped;
    throw new Error(
      `there is nothing to put in order${first ? `: query ${first.query}: ${first.reason}` : ''}; do run and queries ` +
        'belong together?',
    );
  }
  return found;
}

interface Making {
  library: Library;
  request: TeachRequest;
  halt: Halt;
  clock: Clock;
  id: string;
  lists: readonly Candidates[];
  pending: readonly Candidates[];
  /** Filled. */
  taught: Map<string, TaughtList>;
  teacher: Teacher;
}

async function* makeLists(making: Making): AsyncGenerator<TeachEvent, void> {
  const { library, request, halt, clock, id, lists, pending, taught, teacher } = making;
  const queries = library.texts(request.queries);
  const documents = library.texts(request.collection);
  const stepsOf = (list: Candidates) => teacher.steps(list.documents.length);
  const stepsDone = (list: Candidates) => {
    const made = taught.get(list.query);
    return made?.whole ? stepsOf(list) : (made?.asked?.windows ?? 0);
  };
  const total = lists.reduce((sum, list) => sum + stepsOf(list), 0);
  let done = lists.reduce((sum, list) => sum + stepsDone(list), 0);
  let doneLists = lists.length - pending.length;
  const [begun, doneBefore] = [clock.now(), done];
  let asked = totalOf(taught.values());
  const progress = (): TeachEvent => {
    const sitting = done - doneBefore;
    return {
      ...{ type: 'progress', what: 'making lists', done, total, lists: { done: doneLists, total: lists.length } },
      ...(asked ? { asked } : {}),
      etaMs: sitting > 0 ? ((clock.now() - begun) / sitting) * (total - done) : Infinity,
    };
  };

  async function* one(list: Candidates, inner: Halt): AsyncGenerator<Step> {
    const [[queryText], texts] = await Promise.all([queries.texts([list.query]), documents.texts(list.documents)]);
    const task: ListTask = { ...list, queryText: queryText!, texts };
    for await (const step of teacher.rank(task, taught.get(list.query), inner)) {
      if (!('waiting' in step)) {
        const finished = doneLists + Number(step.whole);
        asked = withAsked(asked, step.asked, taught.get(list.query)?.asked);
        taught.set(list.query, step);
        doneLists = finished;
        await library.putTaught(id, list.query, step, finished);
      }
      yield { list, step };
    }
  }

  yield progress();
  for await (const { step } of inLanes(pending, teacher.lanes, one, halt)) {
    if ('waiting' in step) yield { type: 'waiting', ...step.waiting };
    else {
      done++;
      yield progress();
    }
  }
}

/** The run of the whole lists. A list whose every answer named no passage is the first stage's, not the teacher's. */
function asRun(lists: readonly Candidates[], taught: ReadonlyMap<string, TaughtList>, scores: ListScores) {
  const run: Run = new Map();
  const left: LeftOut[] = [];
  for (const { query } of lists) {
    const { documents, scores: own, asked } = taught.get(query)!;
    if (asked && asked.empty === asked.windows)
      left.push({ query, reason: `its answers name no passage, the last is ${asked.excerpt}` });
    else
      run.set(
        query,
        documents.map((document, i): RankedDocument => ({
          document,
          rank: i + 1,
          score: scores === 'teacher' && own ? own[i]! : 1 / (i + 1),
        })),
      );
  }
  return { run, left };
}

/** The stored run of an earlier sitting, if it is there and what is asked for; else a new one. */
async function storeRun(library: Library, request: TeachRequest, run: Run, before?: Teaching): Promise<Dataset> {
  if (run.size === 0) throw new Error('the teacher put no list in order: there is no run to store');
  const asked = before?.request as TeachRequest | undefined;
  const stored = before?.run === undefined ? undefined : await library.dataset(before.run);
  if (stored?.state === 'ready' && asked?.scores === request.scores && asked.name === request.name) return stored;
  const { collection, queries, teacher, name } = request;
  return library.writeRun(name, run, { collection, queries, system: teacher.model });
}
