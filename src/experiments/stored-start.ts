import type { Recipe, Stage } from '../recipes/recipe';
import { resolveStart } from '../recipes/resolve-start';
import type { Checkpoint } from '../storage/entries';
import type { Environment } from './environment';
import { findCheckpoint } from './sources';

/** The stored checkpoint that a stage starts from which does not go on from the stage before. @throws an error listing what is there when there is none. */
export async function storedStart(
  { library, references }: Pick<Environment, 'library' | 'references'>,
  { model }: Recipe,
  stage: Stage,
): Promise<Checkpoint> {
  if (stage.from === 'base') return findCheckpoint(library, references, model.base);
  if (stage.from !== 'auto') return findCheckpoint(library, references, stage.from);
  const { family } = await findCheckpoint(library, references, model.base);
  return resolveStart(stage, await library.checkpoints(), family);
}
