import type { Bm25Options, Stage } from './recipe';

/** The name of the model before training in tables. */
export const BEFORE_TRAINING = 'before training';

/** What BM25 is called in tables. */
export const bm25System = ({ rm3 }: Pick<Bm25Options, 'rm3'>) => (rm3 ? 'BM25+RM3' : 'BM25');

/** What each stage's model is called in tables: `CL`, and `CL→KD` for a stage that goes on from the one before it. */
export function systemNames(stages: readonly Pick<Stage, 'name' | 'from'>[]): string[] {
  const names: string[] = [];
  for (const { name, from } of stages) names.push(from === 'previous' ? `${names.at(-1)}→${name}` : name);
  return names;
}
