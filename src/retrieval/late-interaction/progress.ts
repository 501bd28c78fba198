/** How far the building of an index is. */
export interface IndexingProgress {
  phase: 'sampling' | 'clustering' | 'encoding';
  done: number;
  total: number;
  /** Of this phase; absent while it cannot be told. */
  remainingMs?: number;
}

/** Progress of a phase that begins now, with the time that is left at the pace so far. @param before what was done earlier. */
export function timed(phase: IndexingProgress['phase'], total: number, before = 0): (done: number) => IndexingProgress {
  const started = Date.now();
  return (done) => {
    const ofThese = done - before;
    const left = ((Date.now() - started) / ofThese) * (total - done);
    return { phase, done, total, ...(ofThese > 0 ? { remainingMs: Math.round(left) } : {}) };
  };
}
