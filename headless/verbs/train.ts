import type { Flag, Flags } from '../flags.ts';
import { runRecipe } from './run-recipe.ts';
import { domainOf, STUDY_FLAGS, studyRecipe, studyRun } from './study-flags.ts';
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
  'learning-rate': 'training.learningRate',
  'batch-size': 'training.queriesPerBatch',
};

const SHORT: Record<string, Flag> = {
  ...STUDY_FLAGS,
  'learning-rate': { short: 'l', value: 'X', help: 'training.learningRate of the recipe' },
  'batch-size': { short: 'b', value: 'N', help: 'training.queriesPerBatch of the recipe' },
};

/** @throws when a flag and `--set` say the same. */
function overridesOf(flags: Flags): string[] {
  const settings = (flags['set'] as string[] | undefined) ?? [];
  const given = Object.entries(KEYS).flatMap(([flag, key]) => {
    const value = text(flags, flag);
    if (value === undefined) return [];
    const same = settings.find((setting) => setting.startsWith(`${key}=`));
    if (same) throw new Error(`--${flag} ${value} and --set ${same} say the same key twice: give one of them`);
    return [`${key}=${value}`];
  });
  const seed = text(flags, 'seed');
  return [...given, ...(seed === undefined ? [] : [`training.seed=${seed}`]), ...settings];
}

/** The recipe by its file, or by the study's flags. */
function recipeOf(flags: Flags): { recipeFile: string; overrides: string[] } {
  const own = overridesOf(flags);
  const study = studyRun(flags, 'recipe');
  const domain = domainOf(flags);
  if (domain && own.some((override) => override.startsWith('evaluation.testSets=')))
    throw new Error('-d/--domain and --set evaluation.testSets say the same: give one of them');
  const testSets = domain ? [`evaluation.testSets=[${domain.join(', ')}]`] : [];
  if (study) {
    const { recipeFile, overrides } = studyRecipe(study, {
      rate: flags['learning-rate'] !== undefined,
      start: flags['from'] !== undefined,
    });
    // As the study's script, which only trains: test sets are asked for.
    return { recipeFile, overrides: [...overrides, ...(domain ? testSets : ['evaluation.testSets=[]']), ...own] };
  }
  const recipeFile = text(flags, 'recipe');
  if (recipeFile === undefined) throw new Error('--recipe FILE is missing (or -f, -c and -m, as in the study)');
  return { recipeFile, overrides: [...testSets, ...own] };
}

export const train: Verb = {
  summary: 'fine-tunes by a recipe; writes checkpoints/NAME/ and log.jsonl',
  flags: {
    recipe: { value: 'FILE', help: 'YAML, as in configs/experiments' },
    ...SHORT,
    collection: { value: 'FILE', help: 'documents' },
    queries: { value: 'FILE', help: 'training queries' },
    qrels: { value: 'FILE', help: 'their judgements' },
    run: { value: 'FILE', help: 'the run that lists are drawn from' },
    'val-collection': { value: 'FILE', help: 'documents of the validation' },
    'val-queries': { value: 'FILE', help: 'validation queries' },
    'val-qrels': { value: 'FILE', help: 'their judgements' },
    'val-run': { value: 'FILE', help: 'their run' },
    from: { value: 'DIR|ID', help: 'the checkpoint to start from: a folder, a stored one, or a model of the hub' },
    data: { value: 'DIR', help: 'where public data lie, as configs/data says (data)' },
    set: { value: 'a.b=c', help: 'a value of the recipe; may be repeated', repeated: true },
    resume: { help: 'go on with the newest unfinished run of this recipe' },
  },
  async run(session, flags, json) {
    const dataFolder = text(flags, 'data');
    const written = await runRecipe(session, {
      ...recipeOf(flags),
      resume: flags['resume'] === true,
      ...(dataFolder === undefined ? {} : { dataFolder }),
    });
    const { log, checkpoints } = written;
    console.log(json ? JSON.stringify({ log, checkpoints }) : `wrote ${[log, ...checkpoints].join(' and ')}`);
  },
};
