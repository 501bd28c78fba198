import type { Flags } from '../flags.ts';
import { runRecipe } from './run-recipe.ts';
import { text, type Verb } from './verb.ts';

/** Flags that stand for a key of the recipe. */
const KEYS: Record<string, string> = {
  collection: 'data.collection',
  queries: 'data.queries',
  qrels: 'data.qrels',
  run: 'data.run',
  'val-collection': 'validation.collection',
  'val-queries': 'validation.queries',
  'val-qrels': 'validation.qrels',
  'val-run': 'validation.run',
  from: 'model.base',
};

function overridesOf(flags: Flags): string[] {
  const given = Object.entries(KEYS).flatMap(([flag, key]) => {
    const value = text(flags, flag);
    return value === undefined ? [] : [`${key}=${value}`];
  });
  const seed = text(flags, 'seed');
  return [
    ...given,
    ...(seed === undefined ? [] : [`training.seed=${seed}`]),
    ...((flags['set'] as string[] | undefined) ?? []),
  ];
}

export const train: Verb = {
  summary: 'fine-tunes by a recipe; writes checkpoints/NAME/ and log.jsonl',
  flags: {
    recipe: { value: 'FILE', help: 'YAML, as in configs/experiments', required: true },
    collection: { value: 'FILE', help: 'documents' },
    queries: { value: 'FILE', help: 'training queries' },
    qrels: { value: 'FILE', help: 'their judgements' },
    run: { value: 'FILE', help: 'the run that lists are drawn from' },
    'val-collection': { value: 'FILE', help: 'documents of the validation' },
    'val-queries': { value: 'FILE', help: 'validation queries' },
    'val-qrels': { value: 'FILE', help: 'their judgements' },
    'val-run': { value: 'FILE', help: 'their run' },
    from: { value: 'DIR|ID', help: 'the checkpoint to start from: a folder, a stored one, or a model of the hub' },
    set: { value: 'a.b=c', help: 'a value of the recipe; may be repeated', repeated: true },
    resume: { help: 'go on with the newest unfinished run of this recipe' },
  },
  async run(session, flags, json) {
    const written = await runRecipe(session, {
      recipeFile: text(flags, 'recipe')!,
      overrides: overridesOf(flags),
      resume: flags['resume'] === true,
    });
    const { log, checkpoints } = written;
    console.log(json ? JSON.stringify({ log, checkpoints }) : `wrote ${[log, ...checkpoints].join(' and ')}`);
  },
};
