/**
 * The study's table, filled from the reports of this library:
 *
 *   reports ─ which model? which objectives? ─▶ rows: first stage, then models × objectives ┐
 *           ─ test sets by name ─────────────▶ columns ──────────────────────────────────────┴▶ cells: ours, published
 */
import { compareByMeasure } from '../../evaluation/compare-by-measure';
import { holm } from '../../evaluation/holm';
import type { Recipe, Stage } from '../../recipes/recipe';
import { systemNames } from '../../recipes/systems';
import type { ExperimentReport, ReportedSystem } from '../report';
import {
  PUBLISHED,
  PUBLISHED_FIRST_STAGE,
  STUDY_MODELS,
  STUDY_OBJECTIVES,
  STUDY_TEST_SETS,
  type Family,
  type StudyModel,
  type StudyTestSet,
} from './published';

/** A finished experiment of the library. */
export interface ReportedExperiment {
  id: string;
  /** As stored. */
  name: string;
  /** Milliseconds since 1970. */
  finishedAt: number;
  report: ExperimentReport;
  /** Of its checkpoints, where they are still stored. */
  family?: Family;
}

/** What a system is compared with: the first stage of its own report, or its model after these objectives. */
export type Baseline = 'first stage' | (typeof STUDY_OBJECTIVES)[number];
export const BASELINES: readonly Baseline[] = ['first stage', ...STUDY_OBJECTIVES];

/** A measured value. */
export interface Ours {
  value: number;
  queries: number;
  experiment: { id: string; name: string };
  /** The first stage whose documents it ordered: the name of that system. */
  over: string;
  /** Against the baseline; absent where there is none to compare with. */
  compared?: {
    /** Mean over the common queries. */
    difference: number;
    /** Of the two-sided paired t-test. */
    p: number;
    /** p, corrected for as many comparisons as the column has (Holm). */
    corrected: number;
  };
  /** The largest value of ours in its column. */
  best: boolean;
}

export interface StudyCell {
  ours?: Ours;
  published?: number;
}

export interface StudyRow {
  /** Absent in the row of the first stage. */
  model?: StudyModel;
  /** `first stage`, or what the model learnt from. */
  objectives: string;
  /** A cell a column. */
  cells: StudyCell[];
}

export interface StudyTable {
  columns: readonly StudyTestSet[];
  rows: StudyRow[];
  baseline: Baseline;
}

/** Rows of the first stage and of each of the study's models × objectives. Where several experiments have a cell's value, the newest one's is shown. */
export function studyTable(experiments: readonly ReportedExperiment[], baseline: Baseline = 'first stage'): StudyTable {
  const newestFirst = experiments.toSorted((a, b) => b.finishedAt - a.finishedAt);
  const columns = STUDY_TEST_SETS.map((testSet) => columnOf(testSet, newestFirst, baseline));
  const rows = [
    { objectives: 'first stage' },
    ...STUDY_MODELS.flatMap((model) => STUDY_OBJECTIVES.map((objectives) => ({ model, objectives }))),
  ];
  return {
    columns: STUDY_TEST_SETS,
    rows: rows.map((row, i) => ({ ...row, cells: columns.map((cells) => cells[i]!) })),
    baseline,
  };
}

/** The experiments that the table takes values from. */
export function experimentsIn(table: StudyTable): string[] {
  return [...new Set(table.rows.flatMap(({ cells }) => cells.flatMap(({ ours }) => ours?.experiment.id ?? [])))];
}

/** The study's model that an experiment trains: by the base of its recipe, its name (`electra-cl`), or its checkpoints' family. */
export function studyModel({ name, report, family }: ReportedExperiment): StudyModel | undefined {
  const { base } = report.recipe.model;
  const named = /^(bert|electra|roberta)\b/.exec(report.recipe.name || name)?.[1];
  return (
    STUDY_MODELS.find((model) => model.base === base) ??
    STUDY_MODELS.find((model) => model.family === named) ??
    STUDY_MODELS.find((model) => model.family === family)
  );
}

/**
 * What the model of each stage learnt from, in order: `CL`, `CL→KD`. A stage from `auto` goes on from the other objective's
 * checkpoint; where a stage starts from a checkpoint that is named, what that one learnt is not known: undefined.
 */
export function objectivePaths(stages: readonly Pick<Stage, 'objective' | 'from'>[]): (string | undefined)[] {
  const paths: (string | undefined)[] = [];
  for (const { objective, from } of stages) {
    if (from === 'base') paths.push(objective);
    else if (from === 'auto') paths.push(objective === 'CL' ? 'KD→CL' : 'CL→KD');
    else if (from === 'previous' && paths.at(-1) !== undefined) paths.push(`${paths.at(-1)}→${objective}`);
    else paths.push(undefined);
  }
  return paths;
}

/** A system of a report that has a place in a column. */
interface Found {
  experiment: ReportedExperiment;
  system: ReportedSystem;
  /** Of the same report and test set. */
  first: ReportedSystem;
}

function columnOf(testSet: StudyTestSet, newestFirst: readonly ReportedExperiment[], baseline: Baseline): StudyCell[] {
  const { name, measure } = testSet;
  const found = newestFirst.flatMap((experiment) => systemsOf(experiment, testSet));
  const firstStage = found.map(({ experiment, first }) => ({ experiment, system: first, first }))[0];
  const of = (family: Family, objectives: string) =>
    found.find((one) => one.objectives === objectives && one.family === family);
  const places: { found?: Found; against?: ReportedSystem; published?: number }[] = [
    { found: firstStage, published: PUBLISHED_FIRST_STAGE[name] },
    ...STUDY_MODELS.flatMap(({ family }) =>
      STUDY_OBJECTIVES.map((objectives) => {
        const one = of(family, objectives);
        const against = baseline === 'first stage' ? one?.first : of(family, baseline)?.system;
        return {
          found: one,
          against: objectives === baseline ? undefined : against,
          published: PUBLISHED[family]?.[objectives]?.[name],
        };
      }),
    ),
  ];
  const tests = places.map(({ found, against }) =>
    found && against ? compareByMeasure(found.system.perQuery, against.perQuery, [measure])[measure] : undefined,
  );
  const corrected = holm(tests.map((test) => test?.p ?? NaN));
  const largest = Math.max(...places.map(({ found }) => found?.system.mean[measure] ?? -Infinity));
  return places.map(({ found, published }, i) => ({
    ...(published === undefined ? {} : { published }),
    ...(found ? { ours: toOurs(found, measure, tests[i], corrected[i]!, largest) } : {}),
  }));
}

function toOurs(
  { experiment: { id, name }, system, first }: Found,
  measure: string,
  test: { difference: number; p: number } | undefined,
  corrected: number,
  largest: number,
): Ours {
  const value = system.mean[measure]!;
  return {
    value,
    queries: Object.keys(system.perQuery).length,
    experiment: { id, name },
    over: first.system,
    ...(test ? { compared: { difference: test.difference, p: test.p, corrected } } : {}),
    best: value === largest,
  };
}

/** The systems of an experiment on a test set that the table has rows for. */
function systemsOf(
  experiment: ReportedExperiment,
  { name, measure }: StudyTestSet,
): (Found & { family?: Family; objectives?: string })[] {
  const systems = experiment.report.testSets.find((set) => set.name === name)?.systems ?? [];
  const [first] = systems;
  if (first?.mean[measure] === undefined) return [];
  const family = studyModel(experiment)?.family;
  const learnt = learntBySystem(experiment.report.recipe);
  return systems
    .filter((system) => system.mean[measure] !== undefined)
    .map((system) => ({ experiment, system, first, family, objectives: learnt.get(system.system) }));
}

const learntBySystem = ({ stages }: Recipe) => {
  const paths = objectivePaths(stages);
  return new Map(systemNames(stages).map((system, i) => [system, paths[i]]));
};
