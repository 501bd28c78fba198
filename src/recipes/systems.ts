import type { Stage } from './recipe';

/** The name of the model before training in tables. */
export const BEFORE_TRAINING = 'before training';

/** What each stage's model is called in tables: `CL`, and `CL→KD` for a stage that goes on from the one before it. */
export function systemNames(stages: readonly Pick<Stage, 'name' | 'from'>[]): string[] {
  const names: string[] = [];
  for (const { name, from } of stages) names.push(from === 'previous' ? `${names.at(-1)}→${name}` : name);
  return names;
}
