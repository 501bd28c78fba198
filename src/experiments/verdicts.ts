/** One honest sentence on each trained system: better or worse than the first stage, and than the model before it. */
import { compareByMeasure } from '../evaluation/compare-by-measure';
import { holm } from '../evaluation/holm';
import { BEFORE_TRAINING } from '../recipes/systems';
import type { ReportedSystem, ReportedTestSet } from './report';

/** A p below this is called significant. */
const SIGNIFICANT = 0.05;

export const four = (value: number) => value.toFixed(4);

export const pInWords = (p: number | null | undefined) =>
  p === null || p === undefined || Number.isNaN(p) ? '–' : p < 0.0001 ? '< 0.0001' : p.toFixed(4);

/** The measure that is spoken of: the first one of the evaluation. */
export function mainMeasure({ systems }: ReportedTestSet): string | undefined {
  return Object.keys(systems[0]?.mean ?? {})[0];
}

/** p of the main measure against the first stage, corrected for as many comparisons as the test set has (Holm); NaN for none. */
export function correctedP(set: ReportedTestSet): number[] {
  const measure = mainMeasure(set);
  return holm(set.systems.map(({ p }) => (measure === undefined ? NaN : (p[measure] ?? NaN))));
}

export function verdicts(set: ReportedTestSet): string[] {
  const { systems } = set;
  const [first] = systems;
  const measure = mainMeasure(set);
  if (!first || measure === undefined) return [];
  return systems.flatMap((system, i) => {
    if (system === first || system.system === BEFORE_TRAINING) return [];
    const before = modelBefore(systems, i);
    const than = before ? `; ${comparison(system, before, measure)}` : '';
    return [
      `${system.system}: ${measure} ${four(system.mean[measure]!)}, ${comparison(system, first, measure)}${than}.`,
    ];
  });
}

/** What the stage started from: the system that its name goes on from, else the model before training. */
function modelBefore(systems: readonly ReportedSystem[], i: number): ReportedSystem | undefined {
  const name = systems[i]!.system;
  const previous = systems.findLast(({ system }, at) => at < i && name.startsWith(`${system}→`));
  return previous ?? systems.find(({ system }) => system === BEFORE_TRAINING);
}

/** `0.0123 better than BM25 (p 0.0040, significant at 0.05)`. */
function comparison(system: ReportedSystem, other: ReportedSystem, measure: string): string {
  const name = other.system === BEFORE_TRAINING ? 'the model before training' : other.system;
  const difference = system.mean[measure]! - other.mean[measure]!;
  if (difference === 0) return `the same as ${name}`;
  const { p } = compareByMeasure(system.perQuery, other.perQuery, [measure])[measure]!;
  const significance = Number.isNaN(p)
    ? 'one query is too few for a test'
    : `p ${pInWords(p)}, ${p < SIGNIFICANT ? 'significant' : 'not significant'} at ${SIGNIFICANT}`;
  return `${four(Math.abs(difference))} ${difference > 0 ? 'better' : 'worse'} than ${name} (${significance})`;
}
