/** How far an experiment is: stored with it, so that it can go on where it was broken off. */
import type { ChosenPrecision } from '../kernels/precision';
import type { Library } from '../storage/library';
import type { Used } from './used';

/** A system's results on a test set. */
export interface SystemResult {
  testSet: string;
  /** BM25, `before training`, CL, CL→KD … */
  system: string;
  /** The stored run. */
  run: string;
  mean: Record<string, number>;
  /** Query → measure → value. */
  perQuery: Record<string, Record<string, number>>;
  /** Of re-ranking; absent for a first stage. */
  ms?: number;
}

export interface ExperimentProgress {
  /** What it starts from: there once all of it was looked up (`check-data.ts`). */
  used?: Used;
  /** The finished checkpoint of each stage that is done. */
  checkpoints: string[];
  results: SystemResult[];
  /** Of each stage by its system, in its last sitting; experiments of older versions have none. */
  precisions?: Record<string, ChosenPrecision>;
  /** Time by phase, milliseconds, over all sittings. */
  phases: Record<string, number>;
}

export const NOTHING_DONE: ExperimentProgress = { checkpoints: [], results: [], phases: {} };

/** Keeps the progress in memory and in the library. */
export class ProgressKeeper {
  constructor(
    private readonly library: Library,
    readonly experiment: string,
    private progress: ExperimentProgress,
  ) {}

  get value(): ExperimentProgress {
    return this.progress;
  }

  async finishStage(checkpoint: string): Promise<void> {
    await this.store({ ...this.progress, checkpoints: [...this.progress.checkpoints, checkpoint] });
  }

  async addResult(result: SystemResult): Promise<void> {
    await this.store({ ...this.progress, results: [...this.progress.results, result] });
  }

  async setPrecision(system: string, precision: ChosenPrecision): Promise<void> {
    await this.store({ ...this.progress, precisions: { ...this.progress.precisions, [system]: precision } });
  }

  /** @param times milliseconds by phase. */
  async addTimes(times: Readonly<Record<string, number>>): Promise<void> {
    const phases = { ...this.progress.phases };
    for (const [phase, ms] of Object.entries(times)) phases[phase] = (phases[phase] ?? 0) + ms;
    await this.store({ ...this.progress, phases });
  }

  async passChecks(used: Used): Promise<void> {
    await this.store({ ...this.progress, used });
  }

  resultOf(testSet: string, system: string): SystemResult | undefined {
    return this.progress.results.find((result) => result.testSet === testSet && result.system === system);
  }

  private async store(progress: ExperimentProgress): Promise<void> {
    this.progress = progress;
    await this.library.updateExperiment(this.experiment, { progress });
  }
}
