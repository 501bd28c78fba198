/** Reports of invented experiments, for the study's table. */
import type { ExperimentReport, ReportedSystem } from '../../../src/experiments/report';
import type { ReportedExperiment } from '../../../src/experiments/study/table';
import { parseRecipe } from '../../../src/recipes/parse-recipe';

/** A system with these values of a measure by query. */
export function system(name: string, values: readonly number[], measure = 'nDCG@10'): ReportedSystem {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const perQuery = Object.fromEntries(values.map((value, i) => [`q${i}`, { [measure]: value }]));
  return { system: name, run: `run of ${name}`, mean: { [measure]: mean }, p: { [measure]: null }, perQuery };
}

/** A finished experiment; `id` is its place in time too. */
export function reported(
  id: number,
  yaml: string,
  testSets: Record<string, ReportedSystem[]>,
  family?: ReportedExperiment['family'],
): ReportedExperiment {
  const recipe = parseRecipe(yaml, 'recipe.yaml');
  const report: ExperimentReport = {
    name: recipe.name,
    recipe,
    source: { yaml, overrides: [] },
    startedAt: '',
    finishedAt: '',
    software: {},
    device: { backend: 'wasm', adapter: '', browser: '' },
    data: [],
    phases: {},
    checkpoints: [],
    testSets: Object.entries(testSets).map(([name, systems]) => ({ name, queries: 0, systems })),
  };
  return { id: `e${id}`, name: recipe.name, finishedAt: id, report, ...(family ? { family } : {}) };
}
