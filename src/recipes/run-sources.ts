/** What a recipe's `run` reads, however deep in it. */
import type { RunSource } from './recipe';

/** Itself, and the runs that it re-ranks or fuses. */
function* within(run: RunSource | undefined): Generator<RunSource> {
  if (run === undefined) return;
  yield run;
  if (typeof run === 'string') return;
  if ('fuse' in run) for (const one of run.fuse) yield* within(one);
  if ('lateInteraction' in run) yield* within(run.lateInteraction.run);
}

/**
 * The runs that are read: by name, or of a teacher's lists by the name of its permutations, under which whoever starts the experiment
 * has stored them as a run.
 */
export function readRuns(run: RunSource | undefined): string[] {
  return [...within(run)].flatMap((one) => {
    if (typeof one === 'string') return [one];
    return 'rankgpt' in one ? [one.rankgpt.permutations] : [];
  });
}

/** The checkpoints of its first stages. */
export function encoderCheckpoints(run: RunSource | undefined): string[] {
  return [...within(run)].flatMap((one) => {
    if (typeof one === 'string') return [];
    if ('dense' in one) return [one.dense.checkpoint];
    return 'lateInteraction' in one ? [one.lateInteraction.checkpoint] : [];
  });
}

/** The teacher's lists that it reads. */
export function teacherLists(run: RunSource | undefined) {
  return [...within(run)].flatMap((one) => (typeof one === 'object' && 'rankgpt' in one ? [one.rankgpt] : []));
}

/** Whether BM25 runs in it. */
export function hasBm25(run: RunSource | undefined): boolean {
  return [...within(run)].some((one) => typeof one === 'object' && 'bm25' in one);
}
