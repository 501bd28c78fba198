/** What a teacher is: something that puts the candidates of a query in order. */
import type { Halt } from './halt';
import type { Waiting } from './endpoint/retried';
import type { Usage } from './list-wise/cost';

/** A query's candidates, in the first stage's order. */
export interface Candidates {
  query: string;
  documents: string[];
}

/** The same with their texts. */
export interface ListTask extends Candidates {
  queryText: string;
  texts: string[];
}

/** What was asked of an endpoint for one query. */
export interface Asked {
  /** Windows that are ranked. */
  windows: number;
  usage: Usage;
  /** The endpoint did not say what it charges for: `usage` is an estimate. */
  estimated: boolean;
  /** Answers that had to be mended. */
  mended: number;
  /** Answers that named no passage: their window kept its order. */
  empty: number;
  /** How the last of those began. */
  excerpt?: string;
}

/** A query's list, stored whenever there is more of it. */
export interface TaughtList {
  /** In the teacher's order so far. */
  documents: string[];
  /** The teacher's own scores, where it gives any. */
  scores?: number[];
  whole: boolean;
  asked?: Asked;
}

export interface Teacher {
  /** Queries that it works on at once. */
  lanes: number;
  /** Pieces of work in a list of so many passages, for the time left. */
  steps(passages: number): number;
  /**
   * Puts one query's candidates in order; each list that it yields is one piece of work further, the last one is whole.
   * @param before the list as far as it came in an earlier sitting
   */
  rank(task: ListTask, before: TaughtList | undefined, halt: Halt): AsyncIterable<TaughtList | { waiting: Waiting }>;
}

/** A teacher that is ready to work, and holds what `close` frees. */
export interface OpenedTeacher {
  teacher: Teacher;
  close(): Promise<void>;
}
