/** What an experiment came to, and all that another needs to repeat it: `report.json`, and `report.md` made from it. */
import type { ChosenPrecision } from '../kernels/precision';
import type { Recipe } from '../recipes/recipe';
import { recipeToYaml } from '../recipes/write-recipe';
import type { Rerun } from './rerun';
import type { UsedData, UsedFile, UsedModel } from './used';
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
  /** Measure → half the width of the mean's 95% confidence interval over queries (`evaluation/confidence.ts`); null where there is none. */
  confidence?: Record<string, number | null>;
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
  /** By system: of sampling, dropout and shuffling; `head`: of a head that the model did not have. */
  seeds?: Record<string, number>;
  /** What each system was trained in, and why. */
  precisions?: Record<string, ChosenPrecision>;
  data: (Omit<UsedData, 'reference'> & { reference?: string })[];
  models?: UsedModel[];
  files?: UsedFile[];
  /** Of one that was run from a report. */
  rerun?: Rerun;
  /** Milliseconds by phase. */
  phases: Record<string, number>;
  checkpoints: { system: string; id: string; name: string }[];
  testSets: ReportedTestSet[];
}

const plusMinus = (half: number | null | undefined) => (half === null || half === undefined ? '' : ` ± ${four(half)}`);
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
    systems.flatMap(({ system, mean, confidence, p }, i) => {
      const published = expected[i === 0 ? 'first stage' : system]?.[name];
      const values = (of: Record<string, number>, sure: Record<string, number | null> = {}) =>
        measures.map((m) => (of[m] === undefined ? '–' : `${four(of[m])}${plusMinus(sure[m])}`));
      const own = [system, ...values(mean, confidence), pInWords(p[main]), pInWords(corrected[i])];
      return published ? [own, [`${system}, published`, ...values(published), '', '']] : [own];
    }),
  );
}

function rerunInWords({ of, differences, numbers }: Rerun): string[] {
  const list = (items: string[]) => items.map((item) => `- ${item}`);
  return [
    '## Run again',
    '',
    `This is the recipe of the report ${of.name} of ${of.finishedAt}.`,
    '',
    ...(differences.length
      ? ['Not as it was then:', '', ...list(differences), '']
      : ['Data and models are as then.', '']),
    ...(numbers.length
      ? ['Other numbers:', '', ...list(numbers), '']
      : ['All means are the same, to the last digit.', '']),
  ];
}

/** The report as Markdown. */
export function reportToMarkdown(report: ExperimentReport): string {
  const { recipe, device, software, data, models = [], files = [], phases, seeds = {}, testSets, rerun } = report;
  const lines = [`# ${report.name}`, ''];
  if (recipe.description) lines.push(recipe.description, '');
  for (const set of testSets) {
    lines.push(`## ${set.name} (${set.queries} queries)`, '', ...testSetTable(set, recipe.expected), '');
    if (set.systems.some(({ confidence }) => confidence))
      lines.push('± is half the 95% confidence interval of a mean over queries: t(0.975, n − 1) · s / √n.', '');
    lines.push(...verdicts(set).map((sentence) => `- ${sentence}`), '');
  }
  if (rerun) lines.push(...rerunInWords(rerun));
  lines.push('## How it was run', '');
  lines.push(`- Device: ${device.adapter} (${device.backend}), ${device.browser}`);
  for (const [system, { precision, because }] of Object.entries(report.precisions ?? {}))
    lines.push(`- Precision of ${system}: ${precision} (${because})`);
  lines.push(
    `- Software: ${Object.entries(software)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  );
  if (Object.keys(seeds).length > 0) {
    const each = Object.entries(seeds).map(([of, seed]) => `${of} ${seed}`);
    lines.push(`- Seeds: ${each.join(', ')}`);
  }
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
      ['data', 'kind', 'records', 'bytes', 'checksum', 'from'],
      data.map(({ name, kind, count, bytes, checksum, source: from }) => [
        name,
        kind,
        String(count),
        String(bytes),
        checksum ?? '–',
        from,
      ]),
    ),
    '',
  );
  if (models.length > 0 || files.length > 0)
    lines.push(
      ...table(
        ['model or file', 'parameters', 'checksum', 'from'],
        [
          ...models.map(({ name, parameters, checksum, source: from }) => [name, String(parameters), checksum, from]),
          ...files.map(({ reference, checksum }) => [reference, '', checksum, '']),
        ],
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
