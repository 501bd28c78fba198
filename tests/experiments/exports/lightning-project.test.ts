/** The project of a tiny experiment: what tests/oracle/fit-lightning-ir.py runs in Lightning IR itself. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { NamedFile } from '../../../src/experiments/export-checkpoint';
import { lightningProject } from '../../../src/experiments/exports/lightning-ir/project';
import { importCheckpoint } from '../../../src/experiments/import-checkpoint';
import { openCheckpoint } from '../../../src/experiments/open-checkpoint';
import { parseRecipe } from '../../../src/recipes/parse-recipe';
import type { Library } from '../../../src/storage/library';
import { packBatch } from '../../../src/text/pack';
import { encodePair } from '../../training/tiny';
import { environmentOf, tinyLibrary } from '../tiny-library';

const RECIPE = `
name: tiny
model: { base: tiny, maxLength: 32, dropout: 0.2, head: new, tokenTypes: false }
stages:
  - objective: CL
    data: { collection: animals, queries: animals, qrels: animals, run: first }
    sampling: { trainSampleSize: 4, trainSampleDepth: 10 }
    training: { learningRate: 1e-3, queriesPerBatch: 3, accumulate: 2, maxSteps: 6, maxEpochs: 0, validateEvery: 0, checkpointEvery: 2 }
  - objective: KD
    data: { collection: animals, queries: animals, run: teacher }
    sampling: { trainSampleSize: 5 }
    training: { loss: WeightedRankNet, learningRate: 1e-4, schedule: linear, warmupSteps: 1, maxSteps: 4, validateEvery: 0, checkpointEvery: 0 }
evaluation:
  depth: 5
  measures: [nDCG@10]
  testSets:
    - { name: animals, collection: animals, queries: animals, qrels: animals, run: first, measures: [AP] }
`;

let library: Library;
beforeAll(async () => {
  library = await tinyLibrary();
});

async function projectOf(overrides: string[] = [], recipe = RECIPE): Promise<Map<string, string>> {
  const files = await filesOf(overrides, recipe);
  return new Map(
    await Promise.all(
      files
        .filter(({ name }) => !name.endsWith('.safetensors'))
        .map(async ({ name, file }) => [name, await file.text()] as const),
    ),
  );
}

async function filesOf(overrides: string[] = [], recipe = RECIPE): Promise<NamedFile[]> {
  const steps = lightningProject(environmentOf(library), parseRecipe(recipe, 'tiny.yaml', overrides));
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

const lines = (text: string | undefined) => text!.trimEnd().split('\n');

describe('a project', () => {
  it('has a config a stage, the second of which starts from the first', async () => {
    const project = await projectOf();
    const [first, second] = ['1-cl.yaml', '2-kd.yaml'].map((name) => parse(project.get(name)!));
    expect(first.model.init_args).toEqual({
      model_name_or_path: 'checkpoints/1-tiny',
      loss_functions: [{ class_path: 'lightning_ir.InfoNCE', init_args: {} }],
    });
    expect(first.data.init_args.train_dataset.init_args).toEqual({
      run_path_or_id: 'data/studio-1-cl.run',
      depth: 10,
      sample_size: 4,
      sampling_strategy: 'single_relevant',
      targets: 'relevance',
      add_docs_not_in_ranking: true,
    });
    expect(first.trainer).toMatchObject({ max_steps: 6, max_epochs: -1, accumulate_grad_batches: 2 });
    expect(second.model.init_args.model_name_or_path).toBe('runs/1-cl/huggingface_checkpoint');
    expect(second.model.init_args.loss_functions[0].class_path).toBe('rerank_studio.WeightedRankNet');
    expect(second.data.init_args.train_dataset.init_args).toMatchObject({
      depth: 20,
      sampling_strategy: 'random',
      targets: 'rank',
    });
    expect(second.lr_scheduler).toEqual({
      class_path: 'lightning_ir.LinearLRSchedulerWithLinearWarmup',
      init_args: { num_warmup_steps: 1 },
    });
    const rerank = parse(project.get('re-rank.yaml')!);
    expect(rerank.model.init_args).toEqual({
      model_name_or_path: 'runs/2-kd/huggingface_checkpoint',
      evaluation_metrics: ['nDCG@10', 'AP'],
    });
    expect(project.get('README.md')).toMatch(/fit --config 1-cl\.yaml\n {4}lightning-ir fit --config 2-kd\.yaml/);
    expect(project.get('rerank_studio.py')).toContain('class StudioModule');
  });

  it('names only files that are there, one dot each', async () => {
    const project = await projectOf();
    const named = [...project]
      .filter(([name]) => name.endsWith('.yaml'))
      .flatMap(([, text]) => [...text.matchAll(/data\/[^\s]+/g)].map(([path]) => path));
    expect(named.length).toBeGreaterThan(8);
    for (const path of named) expect(project.has(path), path).toBe(true);
    for (const path of named) expect(path.split('.').length, path).toBe(2);
  });

  it('has the candidates of each query as run and judgements, and the documents that they name', async () => {
    const project = await projectOf();
    const run = lines(project.get('data/studio-1-cl.run')).map((line) => line.split(' '));
    const qrels = lines(project.get('data/studio-1-cl.qrels')).map((line) => line.split(' '));
    expect(Math.max(...run.map(([, , , rank]) => Number(rank)))).toBe(10);
    expect(qrels.every(([, , , relevance]) => relevance === '1')).toBe(true);
    // Relevant documents that were not retrieved within the depth are judged there all the same.
    const retrieved = new Set(run.map(([query, , document]) => `${query} ${document}`));
    expect(qrels.some(([query, , document]) => !retrieved.has(`${query} ${document}`))).toBe(true);
    const documents = lines(project.get('data/documents-1-animals.jsonl')).map((line) => JSON.parse(line));
    const ids = new Set(documents.map(({ doc_id }) => doc_id));
    for (const [, , document] of [...run, ...qrels]) expect(ids).toContain(document);
    expect(documents[0].text).toContain('reads the');
    expect(lines(project.get('data/studio-1-cl-queries.jsonl'))).toHaveLength(12);
  });

  it('validates by measures', async () => {
    const validation = 'validation: { collection: animals, queries: animals, qrels: animals, run: first }\n';
    const project = await projectOf(['training.validateEvery=2'], RECIPE + validation);
    const config = parse(project.get('1-cl.yaml')!);
    expect(config.data.init_args.inference_datasets).toEqual([
      {
        class_path: 'lightning_ir.RunDataset',
        init_args: { run_path_or_id: 'data/studio-1-cl-validation.run', depth: 100 },
      },
    ]);
    expect(config.model.init_args.evaluation_metrics).toEqual(['nDCG@10', 'RR@10']);
    // Batches, where the studio counts updates.
    expect(config.trainer).toMatchObject({ val_check_interval: 4, check_val_every_n_epoch: null });
  });

  it('says of unjudged documents that they are −1 where labels are taken as they are', async () => {
    const project = await projectOf(['sampling.relevant=full_first']);
    const config = parse(project.get('1-cl.yaml')!);
    expect(config.data.init_args.train_dataset.init_args.sampling_strategy).toBe('top');
    const labels = lines(project.get('data/studio-1-cl.qrels')).map((line) => Number(line.split(' ')[3]));
    expect(new Set(labels)).toEqual(new Set([1, -1]));
  });

  it('starts from the weights that training starts from, a new head among them, and its checkpoint comes back', async () => {
    const files = (await filesOf()).filter(({ name }) => name.startsWith('checkpoints/1-tiny/'));
    const named = files.map(({ name, file }) => ({ name: name.split('/').at(-1)!, file }));
    const config = JSON.parse(await named.find(({ name }) => name === 'config.json')!.file.text());
    expect(config).toMatchObject({
      model_type: 'rerank-studio',
      backbone_model_type: 'bert',
      head_activation: 'tanh',
      freeze_position_embeddings: true,
      hidden_dropout_prob: 0.2,
      classifier_dropout: 0.2,
    });

    const back = await importCheckpoint(library, 'back', named);
    expect(back.notes).toBeUndefined();
    expect(back.input).toEqual({ maxLength: 32, tokenTypes: false, truncation: 'longest_first' });
    const stored = (await library.checkpoints()).find(({ name }) => name === 'tiny')!;
    const batch = packBatch([encodePair('how long does an otter live', 'the otter reads')]);
    const scoreOf = async (id: string, newHead: boolean) => {
      const { model } = await openCheckpoint(library, id, { newHead });
      const logits = model.logits(batch);
      const [score] = await logits.data();
      logits.dispose();
      model.dispose();
      return score!;
    };
    await tf.setBackend('cpu');
    expect(await scoreOf(back.id, false)).toBe(await scoreOf(stored.id, true));
    expect(await scoreOf(back.id, false)).not.toBe(await scoreOf(stored.id, false));
  });

  it.each([
    [['sampling.relevant=topk'], /stage CL: sampling: Lightning IR draws .* found topk/],
    [['sampling.numRelevantSamples=2'], /stage CL: sampling: .* found random, 2, random/],
    [['training.loss=LambdaRank'], /stage CL: training\.loss: expected one .* found LambdaRank/],
    [['training.reduction=sum'], /stage CL: training\.reduction: expected mean/],
    [['model.lora.rank=4'], /model\.lora: /],
    [['sampling.trainSampleSize=21', 'sampling.trainSampleDepth=-1'], /stage CL: no list of 21 can be drawn/],
  ])('%s has no counterpart', async (overrides, message) => {
    await expect(projectOf(overrides)).rejects.toThrow(message);
  });
});
