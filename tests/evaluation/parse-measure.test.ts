import { describe, expect, it } from 'vitest';
import { MEASURES } from '../../src/evaluation/measures/measures';
import { formatMeasure, parseMeasure } from '../../src/evaluation/parse-measure';
import golden from '../goldens/evaluation.json';

const canonical = (name: string) => formatMeasure(parseMeasure(name));

describe('names of measures', () => {
  it.each(golden.measures)('%s is its own canonical name', (name) => {
    expect(canonical(name)).toBe(name);
  });

  it.each(Object.entries(golden.canonical))('%s is %s, as ir_measures prints it', (name, printed) => {
    expect(canonical(name)).toBe(printed);
  });

  it('reads blanks, and parameters in any order', () => {
    expect(canonical(' nDCG( judged_only = True , dcg = "exp-log2" ) @ 5 ')).toBe(
      "nDCG(dcg='exp-log2',judged_only=True)@5",
    );
    expect(canonical('nDCG(cutoff=10)')).toBe('nDCG@10');
    expect(canonical('NumRelRet(rel=2)')).toBe('NumRet(rel=2)');
  });

  it.each([
    ['ndcg@10', 'there is no measure ndcg; did you mean nDCG?'],
    ['Foobarbaz', 'there is no measure Foobarbaz; known are nDCG, NDCG, RR'],
    ['P', 'needs its cutoff, as in P@10'],
    ['IPrec', 'needs its recall, as in IPrec@0.1'],
    ['AP(level=2)', 'AP has no parameter level; it has: rel, judged_only, cutoff'],
    ['AP(rel=two)', 'rel: expected a whole number of at least -100, found two'],
    ['nDCG@0', 'cutoff: expected a whole number of at least 1, found 0'],
    ['nDCG@1.5', 'cutoff: expected a whole number of at least 1, found 1.5'],
    ['IPrec@1.5', 'recall: expected a number from 0 to 1, found 1.5'],
    ['Rprec@10', 'Rprec takes no @10'],
    ["nDCG(dcg='linear')", "dcg: expected 'log2' or 'exp-log2', found 'linear'"],
    ['AP(judged_only=true)', 'judged_only: expected True or False, found true'],
    ['RR(2)', 'expected parameter=value in the brackets, found "2"'],
    ['RR(rel=2', 'expected a name such as nDCG@10'],
    ['', 'expected a name such as nDCG@10'],
  ])('says what is wrong with "%s"', (name, message) => {
    expect(() => parseMeasure(name)).toThrow(`measure "${name}": ${message}`);
  });

  it('has a sentence and a citation for every measure, each name once', () => {
    for (const { meaning, citation } of MEASURES) {
      expect(meaning).toMatch(/\.$/);
      expect(citation).not.toBe('');
    }
    const names = MEASURES.flatMap(({ name, aliases }) => [name, ...Object.keys(aliases ?? {})]);
    expect(new Set(names).size).toBe(names.length);
  });
});
