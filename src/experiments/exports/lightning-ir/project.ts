/**
 * An experiment as a Lightning IR project: what a machine with many GPUs needs to run it.
 *
 *   README.md  rerank_studio.py  1-cl.yaml  2-kd.yaml  re-rank.yaml
 *   checkpoints/  what the stages start from, where that is not the stage before
 *   data/         queries, runs, judgements, documents
 */
import { stringify } from 'yaml';
import type { Recipe, Stage } from '../../../recipes/recipe';
import { systemNames } from '../../../recipes/systems';
import { readData } from '../../data-sources';
import type { Environment } from '../../environment';
import type { NamedFile } from '../../export-checkpoint';
import { headOptions } from '../../open-checkpoint';
import type { Progress } from '../../progress';
import { storedStart } from '../../stored-start';
import { fitConfig, reRankConfig, trainedFolder } from './configs';
import { DataFolder } from './data-folder';
import { readme, type StageWords } from './readme';
import module from './rerank_studio.py?raw';
import { slug } from './slug';
import { startCheckpoint } from './start-checkpoint';
import { trainingLists } from './training-lists';

/**
 * Makes the project's files; yields progress, returns them.
 * @throws Error naming the setting that Lightning IR has no counterpart of, or the data that are not stored.
 */
export async function* lightningProject(
  environment: Environment,
  recipe: Recipe,
): AsyncGenerator<Progress, NamedFile[], void> {
  if (recipe.model.lora) {
    throw new Error('model.lora: expected none, since Lightning IR trains every weight of the project; leave it out');
  }
  const data = new DataFolder(environment.library);
  const starts = new Starts(environment, recipe);
  const systems = systemNames(recipe.stages);
  const files: NamedFile[] = [];
  const words: StageWords[] = [];
  const trained: string[] = [];
  for (const [index, stage] of recipe.stages.entries()) {
    const name = `${index + 1}-${slug(stage.name)}`;
    if (stage.training.batches) {
      throw new Error(`stage ${stage.name}: training.batches: expected sampled lists, found a file of batches`);
    }
    if (!stage.data) throw new Error(`stage ${stage.name}: data: expected collection, queries and run, found nothing`);
    yield { type: 'progress', what: `exporting ${systems[index]}`, done: index, total: recipe.stages.length };
    const read = yield* readData(environment, stage.data);
    const lists = trainingLists(stage, read.run, read.qrels);
    const train = await data.add(name, read, lists.run, lists.qrels, { judged: lists.dataset.add_docs_not_in_ranking });
    const validation = stage.validation ? yield* readData(environment, stage.validation) : undefined;
    const validated = validation
      ? await data.add(`${name}-validation`, validation, validation.run, validation.qrels, { judged: false })
      : undefined;
    const start = trained[earlierStart(recipe.stages, index)] ?? (await starts.folderOf(index));
    const config = fitConfig(stage, {
      name,
      start,
      train,
      lists: lists.dataset,
      ...(validated ? { validation: validated } : {}),
    });
    files.push(text(`${name}.yaml`, stringify(config)));
    const { queriesPerBatch, accumulate } = stage.training;
    words.push({
      config: `${name}.yaml`,
      system: systems[index]!,
      queries: lists.run.size,
      dropped: lists.dropped,
      devices: { queriesPerBatch, accumulate },
    });
    trained.push(trainedFolder(name));
  }

  const { evaluation } = recipe;
  const sets = [];
  for (const testSet of evaluation.testSets) {
    const read = yield* readData(environment, testSet);
    const top = new Map([...read.run].map(([query, ranking]) => [query, ranking.slice(0, evaluation.depth)]));
    sets.push(await data.add(`test-${testSet.name}`, read, top, read.qrels, { judged: false }));
  }
  if (sets.length > 0) {
    const measures = [...new Set([evaluation, ...evaluation.testSets].flatMap(({ measures = [] }) => measures))];
    files.push(text('re-rank.yaml', stringify(reRankConfig({ ...evaluation, measures }, trained.at(-1)!, sets))));
  }
  return [
    text('README.md', readme(recipe, words, sets.length > 0, trained.at(-1)!)),
    text('rerank_studio.py', module),
    ...files,
    ...(await data.finish()),
    ...starts.files,
  ];
}

const text = (name: string, content: string): NamedFile => ({
  name,
  file: new Blob([content], { type: 'text/plain' }),
});

/**
 * Which stage's checkpoint a stage starts from; −1 for a stored one. With `auto` that is the newest of the other objective, which one made on
 * the way is.
 */
function earlierStart(stages: readonly Stage[], index: number): number {
  const { from, objective } = stages[index]!;
  if (from === 'previous') return index - 1;
  return from === 'auto' ? stages.slice(0, index).findLastIndex((stage) => stage.objective !== objective) : -1;
}

/** The checkpoints that stages start from, each written once. */
class Starts {
  readonly files: NamedFile[] = [];
  private readonly folders = new Map<string, string>();

  constructor(
    private readonly environment: Environment,
    private readonly recipe: Recipe,
  ) {}

  /** The folder of the checkpoint that stage `index` starts from. @throws an error naming what is not stored. */
  async folderOf(index: number): Promise<string> {
    const { library, references } = this.environment;
    const { model } = this.recipe;
    const checkpoint = await storedStart(this.environment, this.recipe, this.recipe.stages[index]!);
    // As in training: only the first stage gets the head that the recipe asks for.
    const head = index === 0 ? headOptions(references, model.head) : {};
    const key = `${checkpoint.id} ${index === 0 ? model.head : ''}`;
    const known = this.folders.get(key);
    if (known !== undefined) return known;
    const folder = `checkpoints/${this.folders.size + 1}-${slug(checkpoint.name)}`;
    this.folders.set(key, folder);
    for (const { name, file } of await startCheckpoint(library, checkpoint, model, head)) {
      this.files.push({ name: `${folder}/${name}`, file });
    }
    return folder;
  }
}
