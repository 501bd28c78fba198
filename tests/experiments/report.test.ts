import { describe, expect, it } from 'vitest';
import { type ExperimentReport, type ReportedSystem, reportToMarkdown, verdicts } from '../../src/experiments/report';
import { parseRecipe } from '../../src/recipes/parse-recipe';

const YAML = `name: tiny
description: Two stages on little.
expected: { first stage: { toy: { nDCG@10: 0.5121 } }, CL: { toy: { nDCG@10: 0.7 } } }
stages: [{ objective: CL }, { objective: KD }]
`;

/** A system with the given values of nDCG@10 by query; RR@10 is 1 everywhere. */
function system(name: string, values: number[], p: number | null): ReportedSystem {
  const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  return {
    system: name,
    run: `run of ${name}`,
    mean: { 'nDCG@10': mean(values), 'RR@10': 1 },
    p: { 'nDCG@10': p, 'RR@10': p === null ? null : 1 },
    perQuery: Object.fromEntries(values.map((value, i) => [`q${i}`, { 'nDCG@10': value, 'RR@10': 1 }])),
  };
}

const toy = {
  name: 'toy',
  queries: 4,
  systems: [
    system('BM25', [0.4, 0.5, 0.6, 0.5], null),
    system('before training', [0.1, 0.2, 0.1, 0.2], 0.01),
    system('CL', [0.7, 0.81, 0.9, 0.79], 0.00001),
    system('CL→KD', [0.7, 0.8, 0.8, 0.7], 0.04),
  ],
};

const report: ExperimentReport = {
  name: 'tiny',
  recipe: parseRecipe(YAML, 'tiny.yaml', ['training.seed=7']),
  source: { yaml: YAML, overrides: ['training.seed=7'] },
  startedAt: '2026-01-01T10:00:00.000Z',
  finishedAt: '2026-01-01T10:05:00.000Z',
  software: { 'Rerank Studio': '0.1.0', 'TensorFlow.js': '4.22.0' },
  device: { backend: 'wasm', adapter: '2 threads, SIMD', browser: 'Chromium 140' },
  data: [{ kind: 'collection', name: 'a|b', count: 10, bytes: 2048, source: 'a.tsv' }],
  phases: { 'training CL': 61_234, 're-ranking': 900 },
  checkpoints: [{ system: 'CL', id: '1', name: 'tiny CL' }],
  testSets: [toy],
};

describe('the sentences of a report', () => {
  const [cl, kd, ...more] = verdicts(toy);

  it('are one a trained system', () => {
    expect(more).toEqual([]);
  });

  it('say what was gained on the first stage and on the model before, with p', () => {
    expect(cl).toMatch(
      /^CL: nDCG@10 0\.8000, 0\.3000 better than BM25 \(p < 0\.0001, significant at 0\.05\); 0\.6500 better than the model before training \(p 0\.0010, significant at 0\.05\)\.$/,
    );
  });

  it('say that a stage made it worse, and whether that can be told from chance', () => {
    // Differences to CL: 0, −.01, −.1, −.09; t = −1.913 with 3 degrees of freedom (scipy.stats.ttest_rel).
    expect(kd).toContain('0.0500 worse than CL (p 0.1517, not significant at 0.05)');
    expect(kd).toMatch(/^CL→KD: nDCG@10 0\.7500, 0\.2500 better than BM25/);
  });

  it('say when nothing changed, and when there is too little to test', () => {
    const first = system('BM25', [0.5, 0.5], null);
    expect(verdicts({ name: 's', queries: 2, systems: [first, system('CL', [0.5, 0.5], 1)] })).toEqual([
      'CL: nDCG@10 0.5000, the same as BM25.',
    ]);
    expect(
      verdicts({ name: 's', queries: 1, systems: [system('BM25', [0.5], null), system('CL', [0.6], NaN)] }),
    ).toEqual(['CL: nDCG@10 0.6000, 0.1000 better than BM25 (one query is too few for a test).']);
    expect(verdicts({ name: 's', queries: 0, systems: [] })).toEqual([]);
  });

  it('compare a stage that did not go on from the one before with the model before training', () => {
    const apart = { ...toy, systems: [...toy.systems.slice(0, 3), { ...toy.systems[3]!, system: 'KD' }] };
    expect(verdicts(apart)[1]).toContain('better than the model before training');
  });
});

describe('the report as Markdown', () => {
  const markdown = reportToMarkdown(report);
  const line = (start: string) => markdown.split('\n').find((text) => text.startsWith(start));

  it('has a row a system, with p as it is and corrected for three comparisons', () => {
    expect(line('| BM25 |')).toBe('| BM25 | 0.5000 | 1.0000 | – | – |');
    expect(line('| CL |')).toBe('| CL | 0.8000 | 1.0000 | < 0.0001 | < 0.0001 |');
    expect(line('| before training |')).toBe('| before training | 0.1500 | 1.0000 | 0.0100 | 0.0200 |');
    expect(line('| CL→KD |')).toBe('| CL→KD | 0.7500 | 1.0000 | 0.0400 | 0.0400 |');
  });

  it('has what was published beside it', () => {
    expect(line('| BM25, published |')).toBe('| BM25, published | 0.5121 | – |  |  |');
    expect(line('| CL, published |')).toBe('| CL, published | 0.7000 | – |  |  |');
    expect(markdown).not.toContain('CL→KD, published');
  });

  it('says how it was run, so that it can be run again', () => {
    expect(markdown).toContain('2 threads, SIMD (wasm), Chromium 140');
    expect(markdown).toContain('Rerank Studio 0.1.0, TensorFlow.js 4.22.0');
    expect(line('| training CL |')).toBe('| training CL | 61.2 s |');
    expect(line('| a\\|b |')).toBe('| a\\|b | collection | 10 | 2048 | – | a.tsv |');
    // The recipe stands there whole: read again it is the same one, whatever the defaults are by then.
    const [, yaml] = /```yaml\n([^]*?)```/.exec(markdown)!;
    expect(parseRecipe(yaml!, 'again.yaml')).toEqual(report.recipe);
    expect(yaml).toContain('seed: 7');
  });

  it('is made of JSON: report.json says all of it', () => {
    expect(reportToMarkdown(JSON.parse(JSON.stringify(report)) as ExperimentReport)).toBe(markdown);
  });
});
