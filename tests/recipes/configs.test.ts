/** The recipes of configs/: all can be read, and the study's are what the design says. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dataCatalogue } from '../../src/recipes/data-catalogue';
import { MODEL_DEFAULTS, SAMPLING_DEFAULTS, TRAINING_DEFAULTS } from '../../src/recipes/defaults';
import { parseRecipe } from '../../src/recipes/parse-recipe';
import type { DataSources, Recipe } from '../../src/recipes/recipe';
import { systemNames } from '../../src/recipes/systems';
import { recipeToYaml } from '../../src/recipes/write-recipe';

const CONFIGS = join(import.meta.dirname, '../../configs');
const files = (folder: string) =>
  readdirSync(join(CONFIGS, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => join(folder, file));
const textOf = (file: string) => readFileSync(join(CONFIGS, file), 'utf8');
const catalogue = dataCatalogue(Object.fromEntries(files('data').map((file) => [file, textOf(file)])));
const read = (file: string) => parseRecipe(textOf(file), file, [], catalogue.testSets);

const FAMILIES = ['bert', 'electra', 'roberta'];
const ORDERS = ['cl', 'kd', 'cl-kd', 'kd-cl'];
const TEST_SETS = 'dl19 dl20 dlhard devsmall climate-fever dbpedia nq quora scidocs trec-covid arguana'.split(' ');

describe.each(['models', 'objectives', 'experiments'].flatMap(files))('configs/%s', (file) => {
  const recipe = read(file);

  it('is called as its file', () => {
    expect(recipe.name).toBe(basename(file, '.yaml'));
  });

  it('comes back from what is written of it', () => {
    expect(parseRecipe(recipeToYaml(recipe), 'again.yaml')).toEqual(recipe);
  });

  it('has published values only of its own systems and test sets, in measures that are taken', () => {
    const { stages, evaluation, expected = {} } = recipe;
    for (const [system, sets] of Object.entries(expected)) {
      expect(['first stage', ...systemNames(stages)]).toContain(system);
      for (const [name, values] of Object.entries(sets)) {
        const set = evaluation.testSets.find((set) => set.name === name);
        for (const measure of Object.keys(values)) expect(set?.measures ?? evaluation.measures).toContain(measure);
      }
    }
  });
});

describe('the study', () => {
  const study = Object.fromEntries(
    FAMILIES.flatMap((family) =>
      ORDERS.map((order) => [`${family}-${order}`, read(`experiments/${family}-${order}.yaml`)]),
    ),
  );
  /** All that does not hang on the model. */
  const rest = ({ name: _n, model: _m, expected: _e, ...others }: Recipe) => others;

  it.each(Object.keys(study))('%s has the options of the design', (name) => {
    const { model, stages, evaluation } = study[name]!;
    expect(model).toEqual({ ...MODEL_DEFAULTS, base: model.base, tokenTypes: false });
    expect(model).toEqual(read(`models/${name.split('-')[0]}.yaml`).model);
    expect(stages.map(({ objective }) => objective.toLowerCase()).join('-')).toBe(name.replace(/^[a-z]+-/, ''));
    for (const [i, { objective, sampling, training, from }] of stages.entries()) {
      expect(sampling).toEqual(SAMPLING_DEFAULTS[objective]);
      expect(training).toEqual({ ...TRAINING_DEFAULTS[objective], ...(i > 0 ? { learningRate: 6e-12 } : {}) });
      expect(from).toBe(i > 0 ? 'previous' : 'base');
    }
    expect(evaluation.depth).toBe(100);
    expect(evaluation.testSets.map(({ name }) => name)).toEqual(TEST_SETS);
  });

  it.each(ORDERS)('%s is the same for each family but for the model', (order) => {
    for (const family of FAMILIES) expect(rest(study[`${family}-${order}`]!)).toEqual(rest(study[`bert-${order}`]!));
  });

  it('has the published values beside ours', () => {
    const of = (name: string, system: string) => {
      const { dl19, dl20, dlhard, devsmall } = study[name]!.expected![system]!;
      return [dl19!['nDCG@10'], dl20!['nDCG@10'], dlhard!['nDCG@10'], devsmall!['RR@10']];
    };
    expect(of('electra-kd-cl', 'KD→CL')).toEqual([0.7304, 0.6822, 0.3841, 0.3712]);
    expect(of('electra-kd-cl', 'KD')).toEqual([0.6691, 0.6147, 0.3557, 0.2656]);
    expect(of('roberta-cl-kd', 'CL→KD')).toEqual([0.7348, 0.6752, 0.4051, 0.3679]);
    expect(of('roberta-cl', 'first stage')).toEqual([0.5121, 0.4769, 0.2886, 0.1855]);
    expect(study['bert-cl']!.expected).toBeUndefined();
  });

  it.each(['cl', 'kd'])('objectives/%s is the defaults in full', (objective) => {
    const [stage] = read(`objectives/${objective}.yaml`).stages;
    expect(stage!.sampling).toEqual(SAMPLING_DEFAULTS[stage!.objective]);
    expect(stage!.training).toEqual(TRAINING_DEFAULTS[stage!.objective]);
  });
});

/** Data sets by kind and name that a recipe reads from the library. */
function named({ stages, evaluation }: Recipe): string[] {
  const blocks: DataSources[] = [
    ...stages.flatMap(({ data, validation }) => [...(data ? [data] : []), ...(validation ? [validation] : [])]),
    ...evaluation.testSets,
  ];
  return blocks.flatMap(({ collection, queries, qrels, run }) => [
    `collection ${collection}`,
    `queries ${queries}`,
    ...(qrels === undefined ? [] : [`qrels ${qrels}`]),
    ...(typeof run === 'string' ? [`run ${run}`] : []),
  ]);
}

describe('the laptop recipes', () => {
  it('are one a recipe of the study', () => {
    const laptop = files('experiments').filter((file) => /laptop-\w+-/.test(file));
    expect(laptop.map((file) => basename(file, '.yaml').replace('laptop-', '')).sort()).toEqual(
      FAMILIES.flatMap((family) => ORDERS.map((order) => `${family}-${order}`)).sort(),
    );
  });

  it.each(FAMILIES.flatMap((family) => ORDERS.map((order) => `${family}-${order}`)))(
    'laptop-%s is the study in lists of 8, on the same data',
    (name) => {
      const [laptop, study] = [`laptop-${name}`, name].map((file) => read(`experiments/${file}.yaml`)) as [
        Recipe,
        Recipe,
      ];
      const { lora, ...model } = laptop.model;
      expect(model).toEqual(study.model);
      expect(lora !== undefined).toBe(!name.startsWith('bert'));
      expect(laptop.stages.map(({ objective, from, data }) => ({ objective, from, data }))).toEqual(
        study.stages.map(({ objective, from, data }) => ({ objective, from, data })),
      );
      for (const { sampling, training } of laptop.stages) {
        expect(sampling.trainSampleSize).toBe(8);
        expect(training.queriesPerBatch * training.accumulate * sampling.trainSampleSize).toBeLessThanOrEqual(64);
        expect(training.maxSteps).toBeGreaterThan(0);
      }
    },
  );
});

describe('every recipe of two stages', () => {
  const twoStages = files('experiments').filter((file) => read(file).stages.length > 1);

  it.each(twoStages)('%s says the learning rate of its second stage', (file) => {
    const { stages } = parse(textOf(file)) as { stages: { training?: { learningRate?: number } }[] };
    expect(stages[1]!.training!.learningRate).toBeGreaterThan(0);
  });
});

describe('configs/data', () => {
  it('has a file a data block, called by its name', () => {
    expect(catalogue.blocks.map(({ name }) => `data/${name}.yaml`)).toEqual(files('data'));
  });

  it('has all test sets of the study', () => {
    expect(Object.keys(catalogue.testSets).sort()).toEqual([...TEST_SETS].sort());
  });

  it.each(['experiments/bert-cl-kd.yaml', 'experiments/laptop-bert-kd-cl.yaml'])(
    'says of each data set of %s where it comes from',
    (file) => {
      const unknown = named(read(file)).filter((one) => {
        const [kind, name] = one.split(' ') as ['run', string];
        return !catalogue.file(kind, name);
      });
      expect(unknown).toEqual([]);
    },
  );

  it('knows size and checksum of each archive that has an address', () => {
    const downloads = catalogue.blocks.flatMap((block) => block.downloads).filter(({ url }) => url !== undefined);
    expect(downloads).toHaveLength(9);
    for (const { path, bytes, md5 } of downloads)
      expect([path, bytes, md5]).toEqual([path, expect.any(Number), expect.any(String)]);
  });

  it('tells of what is fetched by hand where, and what to do', () => {
    const byHand = catalogue.blocks.flatMap((block) => block.downloads).filter(({ url }) => url === undefined);
    expect(byHand.map(({ page }) => new URL(page!).host)).toEqual([
      'zenodo.org',
      'drive.google.com',
      'drive.google.com',
    ]);
  });
});

describe('the recipe of a whole experiment on files', () => {
  it('has the other order beside it', () => {
    const [there, back] = ['scifact-cl-rankgpt-kd', 'scifact-rankgpt-kd-cl'].map((name) =>
      read(`experiments/${name}.yaml`),
    );
    expect(back!.stages.map(({ objective }) => objective)).toEqual(['KD', 'CL']);
    expect(back!.evaluation).toEqual(there!.evaluation);
    expect(back!.model).toEqual(there!.model);
    expect(back!.stages.map(({ data }) => data)).toEqual(there!.stages.map(({ data }) => data).reverse());
  });

  it('has all files below the folder that --set names', () => {
    const file = 'experiments/scifact-cl-rankgpt-kd.yaml';
    const yaml = readFileSync(join(CONFIGS, file), 'utf8');
    const { stages, evaluation } = parseRecipe(yaml, file, ['folder=/my/data', 'stages.CL.training.maxSteps=5']);
    expect(stages.map(({ training }) => training.maxSteps)).toEqual([5, 0]);
    const references = JSON.stringify([stages.map(({ data }) => data), evaluation.testSets]).match(
      /"[^"]*\.(tsv|txt|json)[^"]*"/g,
    )!;
    expect(references).toHaveLength(10);
    for (const reference of references) expect(reference).toMatch(/^"\/my\/data\/(scifact|dl19-dl20|rankgpt)\//);
  });
});
