import { describe, expect, it } from 'vitest';
import { SAMPLING_DEFAULTS, TRAINING_DEFAULTS } from '../../src/recipes/defaults';
import { parseRecipe } from '../../src/recipes/parse-recipe';
import { RecipeError } from '../../src/recipes/recipe-error';

const data = 'data: { collection: c, queries: q, qrels: j, run: r }';
const parse = (yaml: string, ...overrides: string[]) => parseRecipe(yaml, 'recipes/mine.yaml', overrides);
const problemsOf = (yaml: string, ...overrides: string[]) => {
  try {
    parse(yaml, ...overrides);
  } catch (error) {
    if (error instanceof RecipeError) return error;
    throw error;
  }
  throw new Error('was read without a problem');
};

describe('a recipe of one stage', () => {
  it('needs nothing but an objective: the rest is the study’s', () => {
    const recipe = parse('objective: CL');
    expect(recipe).toEqual({
      name: 'mine',
      model: {
        base: 'sentence-transformers/all-MiniLM-L6-v2',
        maxLength: 256,
        dropout: 0.1,
        tokenTypes: true,
        truncation: 'longest_first',
        freezePositionEmbeddings: true,
      },
      stages: [
        {
          name: 'CL',
          objective: 'CL',
          from: 'base',
          sampling: SAMPLING_DEFAULTS.CL,
          training: TRAINING_DEFAULTS.CL,
        },
      ],
      evaluation: { depth: 100, measures: ['nDCG@10', 'RR@10', 'AP'], testSets: [] },
    });
  });

  it('has the study’s numbers for both objectives', () => {
    const [cl, kd] = ['CL', 'KD'].map((objective) => parse(`objective: ${objective}`).stages[0]!);
    expect(cl!.sampling).toMatchObject({ trainSampleSize: 100, trainSampleDepth: 200, numRelevantSamples: 1 });
    expect(cl!.sampling).toMatchObject({ relevant: 'random', nonRelevant: 'random', useRanksAsQrels: false });
    expect(cl!.training).toMatchObject({ loss: 'LocalizedContrastive', accumulate: 4, queriesPerBatch: 4 });
    expect(cl!.training).toMatchObject({ validateEvery: 1000, checkpointEvery: 25000 });
    expect(kd!.sampling).toMatchObject({ trainSampleSize: 20, trainSampleDepth: -1, relevant: 'full_random' });
    expect(kd!.sampling).toMatchObject({ useRanksAsQrels: true, shuffleDocs: true });
    expect(kd!.training).toMatchObject({ loss: 'RankNet', accumulate: 2, queriesPerBatch: 16 });
    expect(kd!.training).toMatchObject({ validateEvery: 100, checkpointEvery: 500 });
    for (const { training } of [cl!, kd!]) {
      expect(training).toMatchObject({ learningRate: 1e-5, weightDecay: 0.01, clipNorm: 10, seed: 42, patience: 10 });
    }
  });

  it('reads the options of the design’s example', () => {
    const recipe = parse(`
model:    { base: ../M, maxLength: 256, dropout: 0.1, tokenTypes: false, truncation: only_second, freezePositionEmbeddings: true, head: head.json }
sampling: { trainSampleSize: 100, trainSampleDepth: 200, numRelevantSamples: 1, relevant: full_random, nonRelevant: random }
training: { loss: LocalizedContrastive, learningRate: 1e-5, maxSteps: 100, maxEpochs: 1, precision: auto, memoryBudget: 1073741824, batches: b.json }
evaluation: { depth: 100, measures: [nDCG@10, AP(rel=2), MAP] }
`);
    expect(recipe.model).toMatchObject({
      base: '../M',
      tokenTypes: false,
      truncation: 'only_second',
      head: 'head.json',
    });
    expect(recipe.stages[0]!.training).toMatchObject({ learningRate: 1e-5, maxSteps: 100, maxEpochs: 1 });
    expect(recipe.stages[0]!.training).toMatchObject({ memoryBudget: 2 ** 30, batches: 'b.json' });
    expect(recipe.evaluation.measures).toEqual(['nDCG@10', 'AP(rel=2)', 'AP']);
  });

  it('takes the objective from what it says of itself', () => {
    const objective = (yaml: string) => parse(yaml).stages[0]!.objective;
    expect(objective('training: { maxSteps: 1 }')).toBe('CL');
    expect(objective('training: { loss: WeightedRankNet }')).toBe('KD');
    expect(objective('training: { loss: BinaryCrossEntropy }')).toBe('CL');
    expect(objective('training: { loss: MarginMSE }')).toBe('KD');
    expect(objective('sampling: { useRanksAsQrels: true }')).toBe('KD');
    expect(objective('objective: CL\ntraining: { loss: RankNet }')).toBe('CL');
  });

  it('has no bound on epochs where only steps are given', () => {
    expect(parse('training: { maxSteps: 10 }').stages[0]!.training.maxEpochs).toBe(0);
    expect(parse('training: { maxSteps: 10, maxEpochs: 2 }').stages[0]!.training.maxEpochs).toBe(2);
  });
});

describe('LoRA', () => {
  const lora = (yaml: string, ...overrides: string[]) => parse(yaml, ...overrides).model.lora;

  it('is off unless there is a block, and then as peft’s', () => {
    expect(parse('objective: CL').model).not.toHaveProperty('lora');
    expect(lora('model: { lora: {} }')).toEqual({ rank: 8, alpha: 8, dropout: 0, targets: ['query', 'value'] });
    expect(lora('objective: CL', 'model.lora.rank=16')).toMatchObject({ rank: 16, alpha: 8 });
    expect(lora('model: { lora: { rank: 4 } }', 'model.lora=null')).toBeUndefined();
  });

  it.each([
    ['{ rank: 0 }', 'model.lora.rank: expected a whole number of at least 1, found 0'],
    ['{ r: 8 }', 'model.lora.r: unknown key; '],
    ['{ targets: [queries] }', 'model.lora.targets.0: expected query, key, '],
    ['{ targets: [] }', 'model.lora.targets: expected at least one of query, '],
    ['8', 'model.lora: expected keys and values'],
  ])('%s is named', (block, message) => {
    expect(problemsOf(`model: { lora: ${block} }`).message).toContain(message);
  });
});

describe('a teacher’s scores as targets', () => {
  it('leave out what the run does not have', () => {
    expect(parse('sampling: { targets: score }').stages[0]!.sampling.keepNonRetrieved).toBe(false);
    expect(parse('sampling: { targets: relevance }').stages[0]!.sampling.keepNonRetrieved).toBe('relevant');
  });
});

describe('where data come from', () => {
  it('is a run, BM25 or a teacher’s lists', () => {
    const run = (text: string) =>
      parse(`objective: KD\ndata: { collection: c, queries: q, run: ${text} }`).stages[0]!.data!.run;
    expect(run('r.trec')).toBe('r.trec');
    expect(run('{ bm25: { k1: 1.2 } }')).toEqual({ bm25: { k1: 1.2, b: 0.4, depth: 500 } });
    expect(run('{ bm25: }')).toEqual({ bm25: { k1: 0.9, b: 0.4, depth: 500 } });
    const rm3 = { feedbackTerms: 10, feedbackDocuments: 10, originalWeight: 0.5 };
    expect(run('{ bm25: { rm3: } }')).toEqual({ bm25: { k1: 0.9, b: 0.4, depth: 500, rm3 } });
    expect(run('{ bm25: { depth: 9, rm3: { feedbackTerms: 3 } } }')).toEqual({
      bm25: { k1: 0.9, b: 0.4, depth: 9, rm3: { ...rm3, feedbackTerms: 3 } },
    });
    expect(run('{ rankgpt: { permutations: p.json, retrieved: r.jsonl } }')).toEqual({
      rankgpt: { permutations: 'p.json', retrieved: 'r.jsonl' },
    });
  });

  it('lies below the folder, but for absolute paths and the model', () => {
    const recipe = parse(`
folder: some/data/
model: { base: M, head: head.json }
objective: KD
data: { collection: c.tsv, queries: /q.tsv, run: { rankgpt: { permutations: p, retrieved: r } } }
evaluation: { testSets: [{ name: t, collection: c.tsv, queries: q, qrels: j, run: { bm25: {} } }] }
`);
    expect(recipe.model).toMatchObject({ base: 'M', head: 'some/data/head.json' });
    expect(recipe.stages[0]!.data).toEqual({
      collection: 'some/data/c.tsv',
      queries: '/q.tsv',
      run: { rankgpt: { permutations: 'some/data/p', retrieved: 'some/data/r' } },
    });
    expect(recipe.evaluation.testSets[0]).toMatchObject({
      name: 't',
      collection: 'some/data/c.tsv',
      qrels: 'some/data/j',
    });
  });
});

describe('a recipe of several stages', () => {
  const staged = `
${data}
training: { maxSteps: 7 }
stages:
  - objective: CL
    training: { maxSteps: 9, seed: 1 }
  - name: KD
    data: { collection: c2, queries: q2, run: r2 }
`;

  it('has each stage with its objective’s defaults and the blocks at the top', () => {
    const [cl, kd] = parse(staged).stages;
    expect(cl).toMatchObject({ name: 'CL', from: 'base', data: { collection: 'c', qrels: 'j' } });
    expect(cl!.training).toMatchObject({ maxSteps: 9, seed: 1, loss: 'LocalizedContrastive' });
    expect(kd).toMatchObject({ name: 'KD', objective: 'KD', from: 'previous' });
    expect(kd!.data).toEqual({ collection: 'c2', queries: 'q2', run: 'r2' });
    expect(kd!.training).toMatchObject({ maxSteps: 7, seed: 42, loss: 'RankNet' });
  });

  it('has overrides reach every stage', () => {
    const stages = parse(staged, 'training.maxSteps=3', 'data.collection=all', 'training.seed=5').stages;
    expect(stages.map(({ training, data }) => [training.maxSteps, training.seed, data!.collection])).toEqual([
      [3, 5, 'all'],
      [3, 5, 'all'],
    ]);
  });

  it('has no shared block made where each stage has its own', () => {
    const own = 'stages:\n  - { objective: KD, data: { collection: c, queries: q, run: r } }';
    expect(parse(own, 'data.collection=other').stages[0]!.data).toEqual({
      collection: 'other',
      queries: 'q',
      run: 'r',
    });
  });

  it.each(['stages.1.training.maxSteps=3', 'stages.KD.training.maxSteps=3'])('has %s reach one', (override) => {
    expect(parse(staged, override).stages.map(({ training }) => training.maxSteps)).toEqual([9, 3]);
  });

  it('refuses what belongs to a stage', () => {
    expect(problemsOf(`from: auto\n${staged}`).message).toBe(
      'recipes/mine.yaml:1: from: expected in each of the stages, found at the top',
    );
  });
});

describe('overrides', () => {
  it('take YAML, or what is no YAML as text', () => {
    const { model, evaluation } = parse(
      '{}',
      'model.base=a: b: c',
      'evaluation.measures=[P@5, R@100]',
      'model.tokenTypes=false',
    );
    expect(model).toMatchObject({ base: 'a: b: c', tokenTypes: false });
    expect(evaluation.measures).toEqual(['P@5', 'R@100']);
  });

  it('reach entries of lists by number and by name', () => {
    const sets = 'evaluation: { testSets: [{ name: t1, collection: c, queries: q, qrels: j, run: r }] }';
    const queries = (override: string) => parse(sets, override).evaluation.testSets[0]!.queries;
    expect(queries('evaluation.testSets.0.queries=x=y')).toBe('x=y');
    expect(queries('evaluation.testSets.t1.queries=new')).toBe('new');
  });

  it.each([
    ['training.maxSteps', '--set training.maxSteps: expected key=value, as in training.maxSteps=10'],
    [
      'training.lerningRate=1',
      '--set training.lerningRate=1: training.lerningRate: unknown key; did you mean learningRate?',
    ],
    [
      'training.maxSteps=many',
      '--set training.maxSteps=many: training.maxSteps: expected a whole number of at least 0, found "many"',
    ],
    [
      'evaluation.testSets.0.name=x',
      '--set evaluation.testSets.0.name=x: evaluation.testSets: expected a list, found {"0":{"name":"x"}}',
    ],
  ])('say that they are wrong: %s', (override, message) => {
    expect(problemsOf('training:\n  seed: 1', override).message).toBe(message);
  });

  it('name the entries that there are', () => {
    const staged = 'stages:\n  - { objective: CL }\n  - { name: second }';
    expect(problemsOf(staged, 'stages.2.from=auto').message).toBe(
      '--set stages.2.from=auto: stages.2: there is no such entry; there are 0 (CL), 1 (second)',
    );
  });
});

describe('what is wrong is named by line and key', () => {
  it.each([
    [
      'name: x\nsampling:\n  trainSampelSize: 8',
      '3: sampling.trainSampelSize: unknown key; did you mean trainSampleSize?',
    ],
    ['name: x\n\n\ntraning: {}', '4: traning: unknown key; did you mean training?'],
    ['stages:\n  - objective: CL\n    colour: red', '3: stages.0.colour: unknown key; known are name, objective, from'],
    ['objective: DPO', '1: objective: expected CL or KD, found "DPO"'],
    ['training:\n  learningRate: fast', '2: training.learningRate: expected a number of at least 0, found "fast"'],
    ['training: { maxSteps: 1.5 }', '1: training.maxSteps: expected a whole number of at least 0, found 1.5'],
    [
      'training: { loss: MSE }',
      '1: training.loss: expected LocalizedContrastive, RankNet, WeightedRankNet, BinaryCrossEntropy, MarginMSE, KLDivergence, ListNet, ListMLE, PListMLE or LambdaRank, found "MSE"',
    ],
    ['training:\n  memoryBudget: 1GB', '2: training.memoryBudget: expected a whole number of at least 1, found "1GB"'],
    ['model:\n  dropout: 2', '2: model.dropout: expected a number from 0 to 0.9, found 2'],
    [
      'sampling:\n  keepNonRetrieved: some',
      '2: sampling.keepNonRetrieved: expected true, false or relevant, found "some"',
    ],
    ['sampling:\n', '1: sampling: expected keys and values, found nothing'],
    ['data:\n  collection: c', '1: data.queries: expected a value, found nothing'],
    [
      'data:\n  collection: c\n  queries: q\n  run:\n    bm25:\n      depht: 3',
      '6: data.run.bm25.depht: unknown key; did you mean depth?',
    ],
    [
      'data: { collection: c, queries: q, run: 5 }',
      '1: data.run: expected a run, or one of bm25, dense, lateInteraction, fuse and rankgpt, found 5',
    ],
    ['stages: []', '1: stages: expected at least one stage, found []'],
    [
      'evaluation:\n  measures:\n    - nDCG@10\n    - ndcg@5',
      '4: evaluation.measures.1: measure "ndcg@5": there is no measure ndcg; did you mean nDCG?',
    ],
    ['model: [1, 2', '1: '],
    ['a: 1\na: 2', '2: '],
  ])('%j', (yaml, message) => {
    expect(problemsOf(yaml).message).toContain(`recipes/mine.yaml:${message}`);
  });

  it.each([
    [
      'sampling:\n  trainSampleDepth: 50\n  trainSampleSize: 60',
      '3: sampling.trainSampleSize: expected at most trainSampleDepth (50), found 60',
    ],
    ['stages:\n  - from: previous', '2: stages.0.from: expected base, auto or a checkpoint'],
    ['training:\n  maxEpochs: 0', '1: training.maxSteps: expected a bound here or in maxEpochs, found 0 in both'],
    ['data: { collection: c, queries: q, run: r }', '1: data: expected qrels, or sampling.useRanksAsQrels: true'],
    [
      'data: { collection: c, queries: q, qrels: j }',
      '1: data: expected a run (or bm25, dense, lateInteraction, fuse, rankgpt) to draw lists from',
    ],
    ['validation: { collection: c, queries: q, run: r }', '1: validation: expected qrels to measure with, found none'],
    [
      'sampling: { targets: score, keepNonRetrieved: true }',
      '1: sampling.targets: expected keepNonRetrieved: false beside score',
    ],
    [
      'sampling: { useRanksAsQrels: true }\ntraining: { loss: BinaryCrossEntropy }',
      '2: training.loss: expected labels from 0 to 1 for BinaryCrossEntropy, found ranks',
    ],
    ['stages:\n  - name: BM25', '2: stages.0.name: expected a name that no other system of the tables has'],
    [
      'stages:\n  - { name: A }\n  - { name: A, from: base }',
      '3: stages.1.name: expected a name that no other system of the tables has',
    ],
  ])('though each value is right: %j', (yaml, message) => {
    expect(problemsOf(yaml).message).toContain(`recipes/mine.yaml:${message}`);
  });

  it('all at once', () => {
    const { problems, message } = problemsOf('training:\n  maxSteps: -1\n  seed: x\nmodel:\n  bse: M');
    expect(problems.map(({ line, key }) => [line, key])).toEqual(
      expect.arrayContaining([
        [2, 'training.maxSteps'],
        [3, 'training.seed'],
        [5, 'model.bse'],
      ]),
    );
    expect(message).not.toContain('\n');
  });

  it('when it is no recipe at all', () => {
    expect(problemsOf('just words').message).toBe(
      'recipes/mine.yaml: expected keys and values (model, stages …), found none',
    );
    expect(problemsOf('').message).toContain('expected keys and values');
  });

  it('takes no size above the depth of a default', () => {
    expect(problemsOf('sampling: { trainSampleSize: 300 }').message).toContain(
      'at most trainSampleDepth (200), found 300',
    );
    expect(() => parse('sampling: { trainSampleSize: 300, trainSampleDepth: -1 }')).not.toThrow();
  });
});
