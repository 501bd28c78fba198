/**
 * What an experiment tells while it runs: one stream of events, from the ranker worker to whoever watches (the page, the
 * command line, the log file). Everything that is shown live comes from here.
 */
import type { Batch } from '../training/batches';
import type { StepLog } from '../training/step-log';
import type { Progress } from './progress';

export type { StepLog };

export type ExperimentEvent =
  /** First: the experiment's id, under which it is stored from now on. */
  | { type: 'started'; experiment: string; name: string }
  | { type: 'note'; message: string }
  /** Work before and after training: BM25, importing, re-ranking. */
  | Progress
  | {
      type: 'stage';
      stage: string;
      index: number;
      stages: number;
      steps: number;
      done: number;
      queries: number;
      dropped: number;
    }
  | ({ type: 'step'; stage: string; of: number; etaMs: number } & StepLog)
  /** A batch in words, sent now and then: who is where they should be. */
  | { type: 'batch'; stage: string; step: number; batch: Batch; scores: number[][] }
  | { type: 'validation'; stage: string; step: number; loss: number; measures: Record<string, number>; best: boolean }
  | { type: 'checkpoint'; stage: string; step: number; checkpoint: string }
  | { type: 'paused'; stage: string; step: number }
  | { type: 'resumed'; stage: string; step: number }
  /** A system's measures on a test set. `p` against the first stage, null for the first stage itself. */
  | {
      type: 'measures';
      testSet: string;
      system: string;
      run: string;
      measures: Record<string, number>;
      p: Record<string, number | null>;
    }
  | { type: 'done'; experiment: string }
  | { type: 'cancelled'; stage: string; step: number };

/** As it lies in an experiment's log. `at`: milliseconds since 1970; logs of the first version do not have it. */
export type LoggedEvent = ExperimentEvent & { at?: number };
