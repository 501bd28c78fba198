import { text, type Verb } from './verb.ts';

const DEFAULT_MEASURES = 'nDCG@10 RR@10 AP R@100';

export const evaluate: Verb = {
  summary: "a run's measures as trec_eval computes them, with a paired t-test against a baseline",
  flags: {
    qrels: { value: 'FILE', help: 'judgements: TREC 4 columns or BEIR TSV', required: true },
    run: { value: 'FILE', help: 'TREC run', required: true },
    baseline: { value: 'FILE', help: 'TREC run to compare with' },
    measures: { value: '"M M …"', help: `names as ir_measures writes them (${DEFAULT_MEASURES})` },
    'per-query': { help: 'a line for each query too' },
  },
  async run({ app, offer }, flags, json) {
    const measures = (text(flags, 'measures') ?? DEFAULT_MEASURES).split(/\s+/).filter(Boolean);
    const baseline = text(flags, 'baseline');
    const result = await app.evaluate({
      qrels: await app.importFile('qrels', await offer(text(flags, 'qrels')!)),
      run: await app.importFile('run', await offer(text(flags, 'run')!)),
      ...(baseline ? { baseline: await app.importFile('run', await offer(baseline)) } : {}),
      measures,
    });
    if (json) {
      console.log(JSON.stringify(result));
      return;
    }
    const names = Object.keys(result.mean);
    const width = Math.max(...names.map((name) => name.length), 12) + 2;
    const row = (head: string, cells: string[]) => head.padEnd(14) + cells.map((cell) => cell.padStart(width)).join('');
    console.log(row('', names));
    if (flags['per-query']) {
      for (const [query, values] of Object.entries(result.perQuery as Record<string, Record<string, number>>)) {
        console.log(
          row(
            query,
            names.map((name) => values[name]?.toFixed(4) ?? '–'),
          ),
        );
      }
    }
    console.log(
      row(
        'mean',
        names.map((name) => result.mean[name]!.toFixed(4)),
      ),
    );
    if (result.baseline) {
      const against = result.baseline;
      console.log(
        row(
          '− baseline',
          names.map((name) => against[name]!.difference.toFixed(4)),
        ),
      );
      console.log(
        row(
          'p (t-test)',
          names.map((name) => against[name]!.p.toPrecision(3)),
        ),
      );
    }
  },
};
