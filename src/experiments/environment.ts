/** What an experiment runs in. */
import type { TrainingControl } from '../training/control';
import type { Library } from '../storage/library';
import type { References } from './sources';

export interface Environment {
  library: Library;
  references: References;
  /** Aborted to cancel: the work stops within a step. */
  signal: AbortSignal;
  /** Pauses and goes on between two steps. */
  control: TrainingControl;
  /** `COLLECTION RUN` of runs whose documents were looked up in the collection (`check-data.ts`): once is enough. */
  checkedRuns?: Set<string>;
}
