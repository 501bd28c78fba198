/** Several values of a recipe's keys, each an experiment of its own; a grid where there are several keys. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExperimentReport } from '../../src/experiments/report.ts';
import { mainMeasure, pInWords } from '../../src/experiments/verdicts.ts';
import type { Session } from '../session.ts';
import { fileNameOf, writeExperiment } from '../write-experiment.ts';
import { checkRecipe, readRecipe, runRequest, type RecipeRun } from './run-recipe.ts';

/** Key → values, as they were given. */
export type Axes = [key: string, values: string[]][];

const MOST = 64;

/** Reads `KEY=a,b,c`; commas in brackets or quotes stay. @throws when it is not of this form, or there are too many in all. */
export function readAxes(sweeps: readonly string[]): Axes {
  const axes = sweeps.map((sweep): Axes[number] => {
    const at = sweep.indexOf('=');
    const values = at < 1 ? [] : splitValues(sweep.slice(at + 1));
    if (values.length === 0)
      throw new Error(`--sweep ${sweep}: expected KEY=a,b,c, as in training.learningRate=1e-5,1e-6`);
    return [sweep.slice(0, at), values];
  });
  const twice = axes.find(([key], i) => axes.findIndex(([other]) => other === key) < i);
  if (twice) throw new Error(`--sweep ${twice[0]}: given twice`);
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  if (count > MOST) throw new Error(`--sweep: expected at most ${MOST} experiments, found ${count}`);
  return axes;
}

function splitValues(text: string): string[] {
  const parts = text.match(/(?:\[[^\]]*\]|\{[^}]*\}|"[^"]*"|'[^']*'|[^,])+/g) ?? [];
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** All combinations, the last key changing fastest. */
export function grid(axes: Axes): Record<string, string>[] {
  return axes.reduce<Record<string, string>[]>(
    (combinations, [key, values]) =>
      combinations.flatMap((combination) => values.map((value) => ({ ...combination, [key]: value }))),
    [{}],
  );
}

/** Keys by their last part, where that tells them apart. */
export function shortNames(keys: readonly string[]): Record<string, string> {
  const last = (key: string) => key.split('.').at(-1)!;
  const unique = new Set(keys.map(last)).size === keys.length;
  return Object.fromEntries(keys.map((key) => [key, unique ? last(key) : key]));
}

export interface SweptExperiment {
  values: Record<string, string>;
  experiment: string;
  name: string;
  /** Below the output folder. */
  folder: string;
  /** Whether it was finished before this command. */
  kept: boolean;
  /** Of the last system: test set → measure → mean. */
  measures: Record<string, Record<string, number>>;
  /** Why it ended without a report. */
  error?: string;
}

export interface Sweep {
  experiments: SweptExperiment[];
  /** By the main measure of the first test set; absent without test sets. */
  best?: { values: Record<string, string>; testSet: string; measure: string; value: number };
}

/**
 * Checks all experiments, then runs one after the other: what is finished already is kept, what was broken off is gone on with.
 * @throws as `runRecipe`, with what is done stored: the same command goes on.
 */
export async function sweep(session: Session, run: RecipeRun, axes: Axes): Promise<{ sweep: Sweep; table: string }> {
  const { app } = session;
  const names = shortNames(axes.map(([key]) => key));
  const { recipe } = await readRecipe(run);
  const all = await Promise.all(
    grid(axes).map(async (values) => {
      const label = Object.entries(values).map(([key, value]) => `${names[key]}=${value}`);
      const name = JSON.stringify(`${recipe.name} ${label.join(' ')}`);
      const said = Object.entries(values).map(([key, value]) => `${key}=${value}`);
      const overrides = [...run.overrides, ...said, `name=${name}`];
      return { values, label: label.join(' '), read: await readRecipe({ ...run, overrides }) };
    }),
  );
  for (const { read } of all) await checkRecipe(session, read);

  const experiments: SweptExperiment[] = [];
  const reports: (ExperimentReport | undefined)[] = [];
  for (const [i, { values, label, read }] of all.entries()) {
    const request = await runRequest(session, read);
    const same = (await app.experiments()).find(
      (one) =>
        one.recipe === request.recipe &&
        JSON.stringify(one.overrides) === JSON.stringify(request.overrides) &&
        JSON.stringify(one.references?.sources) === JSON.stringify(request.sources),
    );
    const kept = same?.state === 'finished';
    console.error(`${label} (${i + 1} of ${all.length})${kept ? ': finished before' : same ? ': goes on' : ''}`);
    const folder = fileNameOf(label);
    const ended = { values, name: read.recipe.name, folder, kept };
    try {
      const id = kept ? same.id : same ? await app.resume(same.id) : await app.run(request);
      const { report } = await writeExperiment(session, id, folder);
      reports.push(report);
      const measures = (report?.testSets ?? []).map(({ name, systems }) => [name, systems.at(-1)?.mean ?? {}] as const);
      experiments.push({ ...ended, experiment: id, measures: Object.fromEntries(measures) });
    } catch (thrown) {
      // One rate may diverge, and the others tell all the same.
      const error = thrown instanceof Error ? thrown.message : String(thrown);
      console.error(`${label}: ${error}`);
      reports.push(undefined);
      experiments.push({ ...ended, experiment: same?.id ?? '', measures: {}, error });
    }
  }
  if (experiments.every(({ error }) => error !== undefined))
    throw new Error(`none of ${experiments.length} experiments ended well; the first: ${experiments[0]!.error}`);
  const done = { experiments, ...bestOf(experiments, reports) };
  const table = sweepTable(done, reports, names);
  await writeFile(join(session.output, 'sweep.json'), `${JSON.stringify(done, null, 2)}\n`);
  await writeFile(join(session.output, 'sweep.md'), `# ${recipe.name}\n\n${table}\n`);
  return { sweep: done, table };
}

function bestOf(
  experiments: SweptExperiment[],
  reports: readonly (ExperimentReport | undefined)[],
): Pick<Sweep, 'best'> {
  const testSet = reports.find((report) => report)?.testSets[0];
  const measure = testSet && mainMeasure(testSet);
  if (measure === undefined) return {};
  const valueOf = ({ measures }: SweptExperiment) => measures[testSet!.name]?.[measure] ?? -Infinity;
  const best = experiments.reduce((a, b) => (valueOf(b) > valueOf(a) ? b : a));
  return { best: { values: best.values, testSet: testSet!.name, measure, value: valueOf(best) } };
}

/** A row a combination, in Markdown: the last system's main measure of each test set, with its confidence and p against the first stage. */
export function sweepTable(
  { experiments, best }: Sweep,
  reports: readonly (ExperimentReport | undefined)[],
  names: Record<string, string>,
): string {
  const keys = Object.keys(names);
  const sets = reports.find((report) => report)?.testSets ?? [];
  const head = [...keys.map((key) => names[key]!), ...sets.flatMap((set) => [`${set.name} ${mainMeasure(set)}`, 'p'])];
  const rows = experiments.map(({ values, error = 'no report' }, i) => [
    ...keys.map((key) => values[key]!),
    ...sets.flatMap(({ name }, j) => {
      const set = reports[i]?.testSets.find((one) => one.name === name);
      // The whole of it is in sweep.json.
      if (!set) return [j === 0 ? error.split('. ')[0]!.replaceAll('|', '\\|') : '', ''];
      const measure = mainMeasure(set)!;
      const { mean, p, confidence } = set.systems.at(-1)!;
      const half = confidence?.[measure];
      return [`${mean[measure]!.toFixed(4)}${half ? ` ± ${half.toFixed(4)}` : ''}`, pInWords(p[measure])];
    }),
  ]);
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const said = best
    ? [
        '',
        `Best by ${best.measure} on ${best.testSet}: ${Object.entries(best.values)
          .map(([key, value]) => `${key}=${value}`)
          .join(', ')} (${best.value.toFixed(4)}).`,
        'A value that was chosen on a test set says too much of itself on that set: choose on other queries before you report it.',
      ]
    : [];
  return [line(head), line(head.map((_, i) => (i < keys.length ? '---' : '---:'))), ...rows.map(line), ...said].join(
    '\n',
  );
}
