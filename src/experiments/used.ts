/** What an experiment starts from, with checksums: data, models, small files. Another who has the same gets the same numbers. */
import type { Recipe } from '../recipes/recipe';
import type { Checkpoint, DatasetKind } from '../storage/entries';
import { checkpointChecksum, textChecksum } from './checkpoint-checksum';
import { usedData } from './data-blocks';
import type { Environment } from './environment';

export interface UsedData {
  kind: DatasetKind;
  /** As the recipe names it. */
  reference: string;
  /** As it is stored. */
  name: string;
  /** Records. */
  count: number;
  bytes: number;
  source: string;
  /** Of its records (`storage/record-digest.ts`). */
  checksum?: string;
}

export interface UsedModel {
  /** As the recipe names it: a name, a folder, a hub id, `auto`. */
  reference: string;
  name: string;
  /** Where it came from: a folder, a hub id with its commit, the experiment that made it. */
  source: string;
  parameters: number;
  /** Of its weights (`checkpoint-checksum.ts`). */
  checksum: string;
}

/** A head or batches. */
export interface UsedFile {
  reference: string;
  /** SHA-256 of the text. */
  checksum: string;
}

export interface Used {
  data: UsedData[];
  models: UsedModel[];
  files: UsedFile[];
}

/** @param models the checkpoints that stages start from, by what the recipe calls them; those made on the way are left out. */
export async function gatherUsed(
  environment: Environment,
  recipe: Recipe,
  models: ReadonlyMap<string, Checkpoint>,
): Promise<Used> {
  const { library, references } = environment;
  const data = (await usedData(environment, recipe)).map(({ kind, reference, dataset }): UsedData => {
    const { name, count, bytes, source, checksum } = dataset;
    return { kind, reference, name, count, bytes, source, ...(checksum === undefined ? {} : { checksum }) };
  });
  const used: UsedModel[] = [];
  for (const [reference, { id, name, source, hub, experiment, parameters }] of models) {
    const from = hub ? `${hub.model}@${hub.commit}` : (source ?? (experiment ? `experiment ${experiment}` : ''));
    used.push({ reference, name, source: from, parameters, checksum: await checkpointChecksum(library, id) });
  }
  const files: UsedFile[] = [];
  for (const [reference, text] of Object.entries(references.texts)) {
    files.push({ reference, checksum: await textChecksum(text) });
  }
  return { data, models: used, files };
}
