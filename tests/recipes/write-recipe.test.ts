import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../src/recipes/parse-recipe';
import { recipeToYaml } from '../../src/recipes/write-recipe';

const again = (yaml: string) => {
  const recipe = parseRecipe(yaml, 'x.yaml');
  const written = recipeToYaml(recipe);
  expect(parseRecipe(written, 'other name.yaml')).toEqual(recipe);
  return written;
};

describe('recipeToYaml', () => {
  it('writes one stage at the top', () => {
    const written = again('objective: KD\ndata: { collection: c, queries: q, run: { bm25: {} } }');
    expect(written).not.toContain('stages:');
    expect(written).toContain('trainSampleSize: 20');
  });

  it('writes a stage with a name of its own, and several, under stages', () => {
    expect(again('stages: [{ name: warm-up, objective: CL }]')).toContain('stages:');
    expect(again('stages: [{ objective: CL, training: { seed: 3 } }, { objective: KD, from: auto }]')).toContain(
      'from: auto',
    );
  });

  it('keeps everything else', () => {
    again(`
name: "all: of it"
description: Two sentences. With a “quote”.
expected: { BM25: { dl19: { nDCG@10: 0.5121 } }, CL→KD: { dl19: { nDCG@10: 0.7234 } } }
model: { base: M, head: h.json, lora: { rank: 4, targets: [key, output.dense] } }
folder: data
objective: CL
validation: { collection: c, queries: q, qrels: j, run: r }
training: { batches: b.json, memoryBudget: 5, learningRate: 6.0e-12 }
evaluation:
  measures: ["nDCG(judged_only=True)@10", UNJ@10]
  testSets:
    - { name: t, collection: c, queries: q, qrels: j, run: { rankgpt: { permutations: p, retrieved: r } }, measures: [AP] }
`);
  });
});
