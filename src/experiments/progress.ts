/** How far a piece of work is, in words that the page and the command line show. */
export interface Progress {
  type: 'progress';
  what: string;
  done: number;
  /** 0 while unknown. */
  total: number;
  /** What is counted, where it is bytes. */
  unit?: 'bytes';
  /** Milliseconds; absent while it cannot be told. */
  remainingMs?: number;
}
