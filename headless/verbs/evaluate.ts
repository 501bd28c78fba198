import { holmByMeasure } from '../../src/evaluation/holm-by-measure.ts';
import type { EvaluationResult } from '../../src/experiments/evaluate-stored.ts';
import { text, type Verb } from './verb.ts';

const DEFAULT_MEASURES = 'nDCG@10 RR@10 AP R@100';
const HEAD_WIDTH = 14;

/** One of several runs, its comparison corrected for all of them. */
interface Measured extends EvaluationResult {
  run: string;
  /** Measure → p of the t-test, corrected (Holm). */
  holm?: Record<string, number>;
}

function lines({ mean, perQuery, baseline, holm }: Measured, withQueries: boolean): string[] {
  const names = Object.keys(mean);
  const width = Math.max(...names.map((name) => name.length), 12) + 2;
  const row = (head: string, cell: (name: string) => string | undefined) =>
    head.padEnd(HEAD_WIDTH) + names.map((name) => (cell(name) ?? '–').padStart(width)).join('');
  return [
    row('', (name) => name),
    ...(withQueries
      ? Object.entries(perQuery).map(([query, values]) => row(query, (name) => values[name]?.toFixed(4)))
      : []),
    row('mean', (name) => mean[name]!.toFixed(4)),
    ...(baseline
      ? [
          row('− baseline', (name) => baseline[name]!.difference.toFixed(4)),
          row('p (t-test)', (name) => baseline[name]!.p.toPrecision(3)),
        ]
      : []),
    ...(holm ? [row('p (Holm)', (name) => holm[name]?.toPrecision(3))] : []),
  ];
}

export const evaluate: Verb = {
  summary: "a run's measures as trec_eval computes them, with a paired t-test against a baseline",
  flags: {
    qrels: { value: 'FILE', help: 'judgements: TREC 4 columns or BEIR TSV', required: true },
    run: {
      value: 'FILE',
      help: 'TREC run; may be repeated: p is then corrected (Holm)',
      required: true,
      repeated: true,
    },
    baseline: { value: 'FILE', help: 'TREC run to compare with' },
    measures: { value: '"M M …"', help: `names as ir_measures writes them (${DEFAULT_MEASURES})` },
    'per-query': { help: 'a line for each query too' },
  },
  async run({ app, offer }, flags, json) {
    const measures = (text(flags, 'measures') ?? DEFAULT_MEASURES).split(/\s+/).filter(Boolean);
    const qrels = await app.importFile('qrels', await offer(text(flags, 'qrels')!));
    const against = text(flags, 'baseline');
    const baseline = against ? { baseline: await app.importFile('run', await offer(against)) } : {};
    const results: Measured[] = [];
    for (const run of flags['run'] as string[]) {
      const id = await app.importFile('run', await offer(run));
      results.push({ run, ...(await app.evaluate({ qrels, run: id, ...baseline, measures })) });
    }
    const [only, ...more] = results;
    if (more.length === 0) {
      const { run: _, ...result } = only!;
      console.log(json ? JSON.stringify(result) : lines(only!, flags['per-query'] === true).join('\n'));
      return;
    }
    const corrected = holmByMeasure(results.map((result) => result.baseline));
    const all = results.map((result, i) => ({ ...result, ...(corrected[i] ? { holm: corrected[i] } : {}) }));
    if (json) console.log(JSON.stringify({ runs: all }));
    else console.log(all.map((one) => [one.run, ...lines(one, flags['per-query'] === true)].join('\n')).join('\n\n'));
  },
};
