import { holm } from './holm';

/** Measure → a comparison with a baseline. */
type Compared = Readonly<Record<string, { p: number }>>;

/**
 * p-values of several systems that are compared with one baseline, corrected measure by measure for as many comparisons (`holm`).
 * @param systems undefined for one that is not compared: the baseline itself
 * @returns in the same order, measure → corrected p.
 */
export function holmByMeasure(systems: readonly (Compared | undefined)[]): (Record<string, number> | undefined)[] {
  const measures = new Set(systems.flatMap((system) => Object.keys(system ?? {})));
  const corrected = systems.map((system): Record<string, number> | undefined => system && {});
  for (const measure of measures) {
    holm(systems.map((system) => system?.[measure]?.p ?? NaN)).forEach((p, i) => {
      if (systems[i]?.[measure] !== undefined) corrected[i]![measure] = p;
    });
  }
  return corrected;
}
