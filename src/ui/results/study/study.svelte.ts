/** The study's table over the reports of this library. */
import type { ExperimentReport } from '../../../experiments/report';
import { studyTable, type Baseline, type ReportedExperiment } from '../../../experiments/study/table';
import { library } from '../../studio.svelte';

class Study {
  baseline = $state<Baseline>('first stage');
  /** Ids of experiments that shall not count. */
  left = $state.raw<string[]>([]);

  /** Every finished experiment with a report, newest first. */
  reported = $derived<ReportedExperiment[]>(
    library.experiments.flatMap(({ id, name, createdAt, finishedAt, report }) => {
      if (report === undefined) return [];
      const made = report as ExperimentReport;
      const family = library.checkpoint(made.checkpoints[0]?.id)?.family;
      return [{ id, name, finishedAt: finishedAt ?? createdAt, report: made, ...(family ? { family } : {}) }];
    }),
  );
  table = $derived(
    studyTable(
      this.reported.filter(({ id }) => !this.left.includes(id)),
      this.baseline,
    ),
  );
  /** With all of them: which experiments have a place at all. */
  all = $derived(studyTable(this.reported));

  toggle(id: string): void {
    this.left = this.left.includes(id) ? this.left.filter((one) => one !== id) : [...this.left, id];
  }
}

export const study = new Study();
