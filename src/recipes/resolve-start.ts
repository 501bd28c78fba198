import type { Checkpoint } from '../storage/entries';
import type { Stage } from './recipe';

/**
 * The checkpoint that a stage with `from: auto` starts from: the newest finished one of the other objective and the same family.
 * @param checkpoints the stored ones, in any order
 * @throws Error telling what there is when there is none.
 */
export function resolveStart(
  { name, objective }: Pick<Stage, 'name' | 'objective'>,
  checkpoints: readonly Checkpoint[],
  family: Checkpoint['family'],
): Checkpoint {
  const wanted = objective === 'CL' ? 'KD' : 'CL';
  const usable = checkpoints.filter(({ finished, state }) => finished && state === 'ready');
  const found = usable
    .filter(({ family: of, objective }) => of === family && objective === wanted)
    .sort((a, b) => b.createdAt - a.createdAt)[0];
  if (found) return found;
  const stored = usable.map(
    (checkpoint) =>
      `${checkpoint.name} (${checkpoint.family}${checkpoint.objective ? `, ${checkpoint.objective}` : ''})`,
  );
  throw new Error(
    `stage ${name}: from: auto: expected a finished ${wanted} checkpoint of the ${family} family, found ${stored.join(', ') || 'none'}; ` +
      `train ${wanted} first, or name a checkpoint`,
  );
}
