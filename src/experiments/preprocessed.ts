/** What preprocessing made, and what it left out. */
import type { SkippedList } from '../formats/rankgpt';
import type { Dataset } from '../storage/entries';

/** An entry that was left out: which query, where it is known, and why. */
export type Skipped = SkippedList;

export interface Preprocessed {
  type: 'done';
  train: Dataset;
  /** Absent when the share came to no query. */
  evaluation?: Dataset;
  /** Lists, or queries, of the files. */
  lists: number;
  /** Lists, or lines, that were left out. */
  skipped: number;
  /** The first of them. */
  listed: Skipped[];
}

/** A million bad lines are counted, but help nobody as a list. */
export const MAX_LISTED = 10_000;
