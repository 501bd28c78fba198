/** What an experiment came to, and all that another needs to repeat it: `report.json`, and `report.md` made from it. */
import type { Recipe } from '../recipes/recipe';
import { recipeToYaml } from '../recipes/write-recipe';
import type { DatasetKind } from '../storage/entries';
import { correctedP, four, mainMeasure, pInWords, verdicts } from './verdicts';

export { pInWords, verdicts } from './verdicts';

export interface ReportedSystem {
  /** BM25, `before training`, CL, CL→KD. */
  system: string;
  /** The stored run. */
  run: string;
  /** Measure → mean over the queries. */
  mean: Record<string, number>;
  /** Measure → p of the two-sided paired t-test against the first stage; null for the first stage itself. */
  p: Record<string, number | null>;
  /** Query → measure → value. */
  perQuery: Record<string, Record<string, number>>;
  /** Of re-ranking, milliseconds. */
  ms?: number;
}

export interface ReportedTestSet {
  name: string;
  queries: number;
  /** The first is the first stage. */
  systems: ReportedSystem[];
}

export interface ExperimentReport {
  name: string;
  /** With all defaults filled in. */
  recipe: Recipe;
  /** As written, with what was said over it: running these again gives the same numbers on the same device. */
  source: { yaml: string; overrides: string[] };
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string;
  software: Record<string, string>;
  device: { backend: string; adapter: string; browser: string };
  data: { kind: DatasetKind; name: string; count: number; bytes: number; source: string }[];
  /** Milliseconds by phase. */
  phases: Record<string, number>;
  checkpoints: { system: string; id: string; name: string }[];
  testSets: ReportedTestSet[];
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
/** A bar in a cell would end it. */
const row = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function table(head: string[], rows: string[][]): string[] {
  const align = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [row(head), row(align), ...rows.map(row)];
}

/** A row a system, and under it what was published of it, where the recipe says so. */
function testSetTable(set: ReportedTestSet, expected: Recipe['expected'] = {}): string[] {
  const { name, systems } = set;
  const main = mainMeasure(set);
  const [first] = systems;
  if (!first || main === undefined) return [];
  const measures = Object.keys(first.mean);
  const corrected = correctedP(set);
  return table(
    ['system', ...measures, `p (${main}, against ${first.system})`, 'p (Holm)'],
    systems.flatMap(({ system, mean, p }, i) => {
      const published = expected[i === 0 ? 'first stage' : system]?.[name];
      const values = (of: Record<string, number>) => measures.map((m) => (of[m] === undefined ? '–' : four(of[m])));
      const own = [system, ...values(mean), pInWords(p[main]), pInWords(corrected[i])];
      return published ? [own, [`${system}, published`, ...values(published), '', '']] : [own];
    }),
  );
}

/** The report as Markdown. */
export function reportToMarkdown(report: ExperimentReport): string {
  const { recipe, device, software, data, phases, testSets } = report;
  const lines = [`# ${report.name}`, ''];
  if (recipe.description) lines.push(recipe.description, '');
  for (const set of testSets) {
    lines.push(`## ${set.name} (${set.queries} queries)`, '', ...testSetTable(set, recipe.expected), '');
    lines.push(...verdicts(set).map((sentence) => `- ${sentence}`), '');
  }
  lines.push('## How it was run', '');
  lines.push(`- Device: ${device.adapter} (${device.backend}), ${device.browser}`);
  lines.push(
    `- Software: ${Object.entries(software)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  );
  lines.push(`- From ${report.startedAt} to ${report.finishedAt}`, '');
  lines.push(
    ...table(
      ['phase', 'time'],
      Object.entries(phases).map(([phase, ms]) => [phase, seconds(ms)]),
    ),
    '',
  );
  lines.push(
    ...table(
      ['data', 'kind', 'records', 'bytes', 'from'],
      data.map(({ name, kind, count, bytes, source: from }) => [name, kind, String(count), String(bytes), from]),
    ),
    '',
  );
  lines.push(
    '## Recipe',
    '',
    'All of it, with what was said over its file and every default. Run again, it gives the same numbers',
  );
  lines.push('on the same device.', '', '```yaml', recipeToYaml(recipe).trimEnd(), '```', '');
  return lines.join('\n');
}
