/** Checkpoints that a stage keeps before its end. */
import type { Library } from '../storage/library';

/** Ids of the best one by validation loss and of the newest one: stored with each point to resume from. */
export interface Kept {
  best?: string;
  newest?: string;
}

/** Where a stage's checkpoints come from. */
export interface CheckpointOrigin {
  experiment: string;
  objective: string;
  /** The checkpoint that the stage started from. */
  from: string;
}

/** Keeps, of the checkpoints before the end, the best one and the newest one; what they supersede is freed. */
export class IntermediateCheckpoints {
  constructor(
    private readonly library: Library,
    private current: Kept = {},
  ) {}

  get kept(): Kept {
    return this.current;
  }

  async add(id: string, reasons: readonly string[]): Promise<void> {
    const before = new Set([this.current.best, this.current.newest]);
    this.current = { ...this.current, newest: id, ...(reasons.includes('best') ? { best: id } : {}) };
    const after = Object.values(this.current);
    for (const old of before) if (old && !after.includes(old)) await free(this.library, old);
  }
}

/** Frees the checkpoints that a stage saved after the step that it goes on from: they come again, with the same weights. */
export async function freeLaterCheckpoints(library: Library, origin: CheckpointOrigin, step: number): Promise<void> {
  const later = (await library.checkpoints()).filter(
    (entry) =>
      !entry.finished &&
      entry.experiment === origin.experiment &&
      entry.objective === origin.objective &&
      entry.from === origin.from &&
      (entry.step ?? 0) > step,
  );
  for (const { id } of later) await free(library, id);
}

/** One that is gone already, since a break or by the user's hand, is no error. */
async function free(library: Library, id: string): Promise<void> {
  if (!(await library.checkpoint(id))) return;
  await library.remove('checkpoint', id);
  await library.purge('checkpoint', id);
}
