import { describe, expect, it } from 'vitest';
import { studyToCsv } from '../../../src/experiments/study/csv';
import { latexText, studyToLatex } from '../../../src/experiments/study/latex';
import { studyToMarkdown } from '../../../src/experiments/study/markdown';
import { studyTable } from '../../../src/experiments/study/table';
import { reported, system } from './reported';

const BM25 = [0.5, 0.4, 0.6, 0.5, 0.45];
const CL = [0.7, 0.65, 0.7, 0.72, 0.69];
const table = studyTable([
  reported(1, 'model: { base: google/electra-base-discriminator }', { dl19: [system('BM25', BM25), system('CL', CL)] }),
  reported(2, 'model: { base: FacebookAI/roberta-base }', {
    dl19: [
      system('BM25', BM25),
      system(
        'CL',
        BM25.map((value) => value + 0.001),
      ),
    ],
  }),
  reported(3, 'name: bert-cl', {
    dl19: [system('BM25', BM25), system('CL', [0.3, 0.21, 0.39, 0.3, 0.25])],
  }),
]);

describe('studyToMarkdown', () => {
  const lines = studyToMarkdown(table).split('\n');
  it('has published values below ours, the best bold, stars that are stars', () => {
    const at = lines.findIndex((line) => line.startsWith('| ELECTRA | CL |'));
    expect(lines[at]).toMatch(/^\| ELECTRA \| CL \| \*\*0\.6920\*\*\\\*\\\* \| – \|/);
    expect(lines[at + 1]).toMatch(/^\| ELECTRA \| CL, published \| 0\.7236 \| 0\.6759 \| 0\.3829 \| 0\.3709 \| – \|/);
    expect(lines.find((line) => line.includes('BM25, published'))).toContain('| 0.5121 | 0.4769 | 0.2886 | 0.1855 |');
    expect(lines.some((line) => line.includes('MiniLM | CL, published'))).toBe(false);
    // Worse than the first stage is said too.
    expect(lines.find((line) => line.startsWith('| MiniLM | CL |'))).toContain('| 0.2900†† |');
  });

  it('has as many cells in each row', () => {
    const rows = lines.filter((line) => line.startsWith('|'));
    expect(rows.length).toBe(2 + 13 + 9);
    for (const row of rows) expect(row.split(/(?<!\\)\|/).length).toBe(2 + 11 + 2);
    expect(lines.at(-2)).toContain('nDCG@10; RR@10 on Dev small. ');
    expect(lines.at(-2)).toContain('\\* better, † worse than the first stage with p \\< .05');
  });
});

describe('studyToCsv', () => {
  const rows = studyToCsv(table)
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  it('has our value, the published one, difference and both ps with all digits', () => {
    const [head, ...body] = rows;
    for (const row of body) expect(row.length).toBe(head!.length);
    expect(head!.slice(0, 7)).toEqual([
      ...['model', 'learnt from', 'dl19 nDCG@10', 'dl19 published', 'dl19 difference', 'dl19 p', 'dl19 p (Holm)'],
    ]);
    const electra = body.find(([model, path]) => model === 'ELECTRA' && path === 'CL')!;
    const [value, published, difference, p, corrected] = electra.slice(2, 7).map(Number);
    expect(value).toBeCloseTo(0.692, 12);
    expect(published).toBe(0.7236);
    expect(difference).toBeCloseTo(0.202, 12);
    expect(corrected).toBeGreaterThanOrEqual(p!);
    // Nothing known stays empty, and is not zero.
    expect(
      body
        .find(([model, path]) => model === 'MiniLM' && path === 'KD')!
        .slice(2)
        .join(''),
    ).toBe('');
  });
});

describe('studyToLatex', () => {
  const latex = studyToLatex(table);
  it('is a booktabs table with as many cells in each row', () => {
    expect(latex).toContain(`\\begin{tabular}{ll${'r'.repeat(11)}}`);
    for (const rule of ['toprule', 'midrule', 'bottomrule']) expect(latex).toContain(`\\${rule}`);
    const rows = latex.split('\n').filter((line) => line.endsWith('\\\\'));
    expect(rows.length).toBe(2 + 13 + 9);
    for (const row of rows) expect(row.split(/(?<!\\)&/).length).toBe(13);
    expect(latex.match(/\\begin\{/g)!.length).toBe(latex.match(/\\end\{/g)!.length);
    let depth = 0;
    for (const brace of latex.replace(/\\[{}]/g, '').match(/[{}]/g)!) {
      depth += brace === '{' ? 1 : -1;
      expect(depth).toBeGreaterThanOrEqual(0);
    }
    expect(depth).toBe(0);
  });

  it('marks what is significant and what is best, and greys what was published', () => {
    expect(latex).toContain('ELECTRA & CL & \\textbf{0.6920}$^{**}$ & --');
    expect(latex).toContain(' & \\textcolor{gray}{published} & \\textcolor{gray}{0.7236}');
    expect(latex).toContain('MiniLM & CL & 0.2900$^{\\dagger\\dagger}$ & --');
    expect(latex).toContain('CL$\\rightarrow$KD');
    expect(latex).toContain('p $<$ .05');
  });

  it('escapes what LaTeX reads as its own', () => {
    expect(latexText('50% of R&D_x #1 {a} $b ~c ^d \\e <f>')).toBe(
      '50\\% of R\\&D\\_x \\#1 \\{a\\} \\$b \\textasciitilde{}c \\textasciicircum{}d \\textbackslash{}e $<$f$>$',
    );
  });
});
