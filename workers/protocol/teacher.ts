/** The teacher worker's interface. It starts with its first call: most visits never need it. */
import type { Dataset, Teaching } from '../../src/storage/entries';
import type { Belonging } from '../../src/teachers/belonging';
import type { KeptModel } from '../../src/teachers/cross-encoder/onnx-cache';
import type { RunTeacherRequest } from '../../src/teachers/from-run';
import type { Means } from '../../src/teachers/open-teacher';
import type { TeachPlan } from '../../src/teachers/plan';
import type { TeachRequest } from '../../src/teachers/request';
import type { TeachEvent } from '../../src/teachers/teach';
import type { Stream } from '../stream';

/** A stored teaching, and whether some tab is at it. */
export interface TeachingEntry extends Teaching {
  request: TeachRequest;
  running: boolean;
}

/** A passage of a teacher's list. */
export interface ListRow {
  document: string;
  /** Empty where no stored collection has it. */
  text: string;
  rank: number;
  score: number;
  /** Its rank in the run that the teacher was given; undefined where it is not in there. */
  before?: number;
}

export interface TeacherApi {
  teachings(): Promise<TeachingEntry[]>;
  /** Deletes a teaching's answers for good; runs that were made of them stay. */
  forget(teaching: string): Promise<void>;
  /** What a request comes to: lists, what is there of them, what the rest costs. Asks nobody. */
  plan(request: TeachRequest): Promise<TeachPlan>;
  /** Makes what is missing of a request's lists, and at the end a run. Leaving the stream drops what is under way. */
  teach(request: TeachRequest, means: Means): Promise<Stream<TeachEvent>>;
  /** Lets what is under way come in, and ends there; `now` drops it, though an endpoint may charge for it. */
  stop(how?: 'now'): Promise<void>;
  /** A stored run, cut, as lists to learn from. */
  fromRun(request: RunTeacherRequest): Promise<{ dataset: Dataset; lists: number; left: number }>;
  /** The stored collection and queries that a run speaks of. */
  belongingTo(run: string): Promise<Belonging>;
  /** One query's list with texts, beside another run's ranks. */
  list(of: { run: string; query: string; before?: string }): Promise<ListRow[]>;
  /** Queries of a run, in its order, with their texts. */
  queries(run: string): Promise<{ id: string; text: string }[]>;
  /** A request's run in RankGPT's format: permutations (JSON), and what they order (JSON lines). */
  rankGptFiles(request: TeachRequest, run: string): Promise<{ permutations: Blob; retrieved: Blob }>;
  /** ONNX models that were downloaded and are kept. */
  keptModels(): Promise<KeptModel[]>;
  freeModel(model: string): Promise<void>;
}
