/** What an experiment came to, and all that another needs to repeat it: `report.json`, and `report.md` made from it. */
import type { Recipe } from '../recipes/recipe';
import type { DatasetKind } from '../storage/entries';

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

/** A p below this is called significant in the report's sentences. */
const SIGNIFICANT = 0.05;

const four = (value: number) => value.toFixed(4);
export const pInWords = (p: number | null | undefined) =>
  p === null || p === undefined || Number.isNaN(p) ? '–' : p < 0.0001 ? '< 0.0001' : p.toFixed(4);

/** One honest sentence on each system that was trained: better or worse than the first stage, and than before training. */
export function verdicts({ systems }: ReportedTestSet): string[] {
  const [first, ...others] = systems;
  const measure = first && Object.keys(first.mean)[0];
  if (!first || measure === undefined) return [];
  const before = others.find(({ system }) => system === 'before training');
  return others
    .filter((system) => system !== before)
    .map(({ system, mean, p }) => {
      const against = (name: string, value: number) => {
        const difference = mean[measure]! - value;
        if (difference === 0) return `the same as ${name}`;
        return `${four(Math.abs(difference))} ${difference > 0 ? 'better' : 'worse'} than ${name}`;
      };
      const significance =
        p[measure] == null
          ? ''
          : ` (p ${pInWords(p[measure])}, ${p[measure] < SIGNIFICANT ? 'significant' : 'not significant'} at ${SIGNIFICANT})`;
      const than = before ? `, and ${against('the model before training', before.mean[measure]!)}` : '';
      return `${system}: ${measure} ${four(mean[measure]!)}, ${against(first.system, first.mean[measure]!)}${significance}${than}.`;
    });
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const row = (cells: string[]) => `| ${cells.join(' | ')} |`;

function table(head: string[], rows: string[][]): string[] {
  const align = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [row(head), row(align), ...rows.map(row)];
}

function testSetTable({ systems }: ReportedTestSet, expected: Record<string, number> = {}): string[] {
  const [first] = systems;
  if (!first) return [];
  const measures = Object.keys(first.mean);
  const [main] = measures;
  const published = Object.entries(expected).map(([key, value]) => `${key} ${value}`);
  return [
    ...table(
      ['system', ...measures, `p (${main}, against ${first.system})`],
      systems.map(({ system, mean, p }) => [system, ...measures.map((m) => four(mean[m]!)), pInWords(p[main!])]),
    ),
    ...(published.length ? ['', `Published: ${published.join(', ')}.`] : []),
  ];
}

/** The report as Markdown. */
export function reportToMarkdown(report: ExperimentReport): string {
  const { recipe, device, software, data, phases, testSets, source } = report;
  const lines = [`# ${report.name}`, ''];
  if (recipe.description) lines.push(recipe.description, '');
  for (const set of testSets) {
    lines.push(`## ${set.name} (${set.queries} queries)`, '', ...testSetTable(set, recipe.expected?.[set.name]), '');
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
  lines.push('## Recipe', '', '```yaml', source.yaml.trimEnd(), '```', '');
  if (source.overrides.length) lines.push('Over it:', '', ...source.overrides.map((text) => `- \`${text}\``), '');
  return lines.join('\n');
}
