/** What a stage's `from` says of the checkpoint that it starts from. */
import type { Stage } from './recipe';

/** The checkpoint that `from` names; undefined where it says `base`, `previous` or `auto`. */
export function namedStart({ from }: Pick<Stage, 'from'>): string | undefined {
  return ['base', 'previous', 'auto'].includes(from) ? undefined : from;
}

/** Whether the stage at this index starts from what the experiment makes: before it begins, that is not there to be looked up. */
export function isMadeOnTheWay({ from }: Pick<Stage, 'from'>, index: number): boolean {
  return from === 'previous' || (from === 'auto' && index > 0);
}
