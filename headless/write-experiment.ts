/** Writes what an experiment made below the output folder: log, curves for TensorBoard, checkpoints, runs, report. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExperimentEvent } from '../src/experiments/events.ts';
import type { ExperimentProgress } from '../src/experiments/experiment-progress.ts';
import type { ExperimentReport } from '../src/experiments/report.ts';
import { reportToMarkdown } from '../src/experiments/report.ts';
import { tensorBoardFiles } from '../src/experiments/tensorboard.ts';
import type { Session } from './session.ts';

/** A name as that of a file or folder. */
export const fileNameOf = (name: string) =>
  name
    // The number that makes a stored name unique says nothing in a folder of one experiment.
    .replace(/ \(\d+\)$/, '')
    .replace(/→/g, '-')
    .replace(/[^\w.-]+/g, '-')
    .toLowerCase();

/**
 * The lines of `log.jsonl`: one a step, the last one told where a step was done again after a break; a stage's name in each when
 * there are several.
 */
export function logLines(events: readonly ExperimentEvent[]): string {
  const steps = new Map<string, object>();
  const stages = new Set<string>();
  for (const event of events) {
    if (event.type !== 'step') continue;
    const { stage, step, loss, gradNorm, learningRate, tokens, ms } = event;
    stages.add(stage);
    steps.set(`${stage} ${step}`, { stage, step, loss, gradNorm, learningRate, tokens, ms });
  }
  return [...steps.values()].map((line) => `${JSON.stringify(line)}\n`).join('');
}

export interface WrittenExperiment {
  /** Paths, the output folder included. */
  log: string;
  checkpoints: string[];
  runs: string[];
  report?: ExperimentReport;
}

/**
 * Writes all that is there of an experiment; without a report when it is not finished.
 * @param folder below the output folder; that itself if left out
 */
export async function writeExperiment(session: Session, id: string, folder = ''): Promise<WrittenExperiment> {
  const { app } = session;
  const output = join(session.output, folder);
  const below = (path: string) => (folder ? `${folder}/${path}` : path);
  await mkdir(output, { recursive: true });
  const experiment = (await app.experiments()).find((entry) => entry.id === id);
  if (!experiment) throw new Error(`experiment ${id}: not in the library`);
  const log = join(output, 'log.jsonl');
  const events = await app.experimentLog(id);
  await writeFile(log, logLines(events));
  for (const { path, bytes } of tensorBoardFiles(events, experiment.createdAt)) {
    // A folder an experiment: TensorBoard would draw two in one as one run.
    const started = new Date(experiment.createdAt).toISOString().slice(0, 19);
    const file = join(output, 'tensorboard', fileNameOf(`${experiment.name}-${started}`), path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }

  const progress = experiment.progress as ExperimentProgress | undefined;
  const stored = await app.checkpoints();
  const checkpoints: string[] = [];
  for (const entry of stored.filter(({ experiment: from }) => from === id)) {
    const path = `checkpoints/${fileNameOf(entry.name)}`;
    await app.writeCheckpoint(entry.id, below(path));
    checkpoints.push(join(output, path));
  }
  const runs: string[] = [];
  for (const { testSet, system, run } of progress?.results ?? []) {
    const path = `runs/${fileNameOf(`${testSet}.${system}`)}.trec`;
    await app.writeDataset(run, below(path));
    runs.push(join(output, path));
  }
  if (!experiment.report) return { log, checkpoints, runs };
  const report = experiment.report as ExperimentReport;
  await writeFile(join(output, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(output, 'report.md'), reportToMarkdown(report));
  return { log, checkpoints, runs, report };
}
