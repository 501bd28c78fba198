import * as v from 'valibot';
import { isMap, parseDocument, type Document } from 'yaml';
import { applyOverrides } from './overrides';
import {
  BM25_DEFAULTS,
  EVALUATION_DEFAULTS,
  MODEL_DEFAULTS,
  SAMPLING_DEFAULTS,
  TRAINING_DEFAULTS,
  type Objective,
} from './defaults';
import { nearest } from './nearest';
import type { DataSources, Recipe, Stage } from './recipe';
import { RecipeError, type RecipeProblem } from './recipe-error';
import { recipeSchema, type DataSourcesYaml, type RecipeYaml, type StageYaml } from './schema';

/**
 * Reads a recipe and fills in the study's defaults.
 *
 * A recipe of one stage has the stage's keys at the top; a `data`, `validation`, `sampling` or `training` block at the top of one
 * with `stages` is what each stage has where it says nothing of its own.
 *
 * @param fileName shown in errors
 * @param overrides `a.b=c`: values over those of the file (`--set`); see `applyOverrides`
 * @throws RecipeError naming each key that is wrong, with its line.
 */
export function parseRecipe(yaml: string, fileName: string, overrides: readonly string[] = []): Recipe {
  const document = parseDocument(yaml, { prettyErrors: false });
  const lineOf = (offset: number) => yaml.slice(0, offset).split('\n').length;
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => ({ line: lineOf(pos[0]), key: '', reason: message }));
    throw new RecipeError(fileName, problems);
  }
  if (!isMap(document.contents)) {
    throw new RecipeError(fileName, [
      { key: '', reason: 'expected keys and values (name, model, stages …), found none' },
    ]);
  }
  applyOverrides(document, overrides, fileName);
  const result = v.safeParse(recipeSchema, document.toJS());
  if (!result.success) {
    throw new RecipeError(
      fileName,
      result.issues.map((issue) => problemOf(issue, document, lineOf)),
    );
  }
  const recipe = withDefaults(result.output);
  const problems = contradictions(recipe).map((problem) => ({
    ...problem,
    ...lineOfKey(problem.key, document, lineOf),
  }));
  if (problems.length > 0) throw new RecipeError(fileName, problems);
  return recipe;
}

type LineOf = (offset: number) => number;

function lineOfKey(key: string, document: Document, lineOf: LineOf): { line?: number } {
  const path: (string | number)[] = key.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
    const last = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => String((item.key as { value?: unknown }).value) === last)
      : undefined;
    const node = (pair?.key ?? document.getIn(path.slice(0, length), true)) as { range?: number[] } | undefined;
    if (node?.range) return { line: lineOf(node.range[0]!) };
  }
  return {};
}

function problemOf(issue: v.BaseIssue<unknown>, document: Document, lineOf: LineOf): RecipeProblem {
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  const key = path.join('.');
  const line = lineOfKey(key, document, lineOf);
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const parent = issue.path!.at(-1)!;
    const known = knownKeys(issue);
    const meant = nearest(String(parent.key), known);
    const hint = meant ? `; did you mean ${meant}?` : known.length ? `; known are ${known.join(', ')}` : '';
    return { ...line, key, reason: `unknown key${hint}` };
  }
  const found = issue.input === undefined ? 'nothing' : JSON.stringify(issue.input);
  const own = /^expected /.test(issue.message) ? issue.message : `expected ${inWords(issue.expected)}`;
  return { ...line, key, reason: `${own}, found ${found}` };
}

/** Keys that the object with the unknown key may have. */
function knownKeys(issue: v.BaseIssue<unknown>): string[] {
  let schema: unknown = recipeSchema;
  for (const { key } of issue.path!.slice(0, -1)) {
    schema = inner(schema);
    const { entries, item } = schema as { entries?: Record<string, unknown>; item?: unknown };
    schema = entries ? entries[key as string] : item;
  }
  return Object.keys((inner(schema) as { entries?: object }).entries ?? {});
}

/** The schema inside `optional`, `pipe` and unions with one object. */
function inner(schema: unknown): unknown {
  const { wrapped, pipe, options } = (schema ?? {}) as { wrapped?: unknown; pipe?: unknown[]; options?: unknown[] };
  if (wrapped) return inner(wrapped);
  if (options) return options.find((option) => (option as { entries?: object }).entries) ?? schema;
  return pipe ? pipe[0] : (schema ?? {});
}

const inWords = (expected: string | null) =>
  (expected ?? 'something else')
    .replace(/^Object$/, 'keys and values')
    .replace(/^Array$/, 'a list')
    .replace(/\|/g, 'or')
    .replace(/"/g, '')
    .replace(/^\(|\)$/g, '');

const sourcesOf = ({ run, ...data }: DataSourcesYaml): DataSources => ({
  ...data,
  ...(run === undefined ? {} : { run: typeof run === 'string' ? run : { bm25: { ...BM25_DEFAULTS, ...run.bm25 } } }),
});

function withDefaults(given: RecipeYaml): Recipe {
  const { name, description, expected, model, stages, evaluation } = given;
  const { data, validation, sampling, training } = given;
  const shared: StageYaml = { data, validation };
  const list: StageYaml[] = stages ?? [{ name: undefined, objective: given.objective, from: given.from }];
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(expected === undefined ? {} : { expected }),
    model: { ...MODEL_DEFAULTS, ...defined(model) },
    stages: list.map((stage, index) => {
      const both = {
        ...shared,
        ...defined(stage),
        sampling: { ...defined(sampling), ...defined(stage.sampling) },
        training: { ...defined(training), ...defined(stage.training) },
      };
      return stageOf(both, index);
    }),
    evaluation: {
      ...EVALUATION_DEFAULTS,
      ...defined(evaluation),
      testSets: (evaluation?.testSets ?? []).map((set) => ({ ...sourcesOf(set), name: set.name })),
    } as Recipe['evaluation'],
  };
}

/** Without the keys whose value is undefined: those must not hide a default. */
function defined<T extends object>(value: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}

function stageOf(stage: StageYaml, index: number): Stage {
  const objective = stage.objective ?? objectiveOf(stage);
  return {
    name: stage.name ?? objective,
    objective,
    from: stage.from ?? (index === 0 ? 'base' : 'previous'),
    ...(stage.data ? { data: sourcesOf(stage.data) } : {}),
    ...(stage.validation ? { validation: sourcesOf(stage.validation) } : {}),
    sampling: { ...SAMPLING_DEFAULTS[objective], ...defined(stage.sampling) } as Stage['sampling'],
    training: {
      ...TRAINING_DEFAULTS[objective],
      // Who asks for so many steps shall have them, however few the queries are.
      ...(stage.training?.maxSteps ? { maxEpochs: 0 } : {}),
      ...defined(stage.training),
    } as Stage['training'],
  };
}

/** What a stage says of itself where it does not name its objective. */
function objectiveOf({ name, sampling, training }: StageYaml): Objective {
  if (name === 'CL' || name === 'KD') return name;
  const pairwise = training?.loss !== undefined && training.loss !== 'LocalizedContrastive';
  return pairwise || sampling?.useRanksAsQrels ? 'KD' : 'CL';
}

/** Values that are right each for itself, but not together. */
function contradictions(recipe: Recipe): { key: string; reason: string }[] {
  const problems: { key: string; reason: string }[] = [];
  const several = recipe.stages.length > 1;
  recipe.stages.forEach(({ data, sampling, training, from }, i) => {
    const at = (key: string) => (several ? `stages.${i}.${key}` : key);
    const { trainSampleSize: size, trainSampleDepth: depth } = sampling;
    if (depth !== -1 && size > depth) {
      const reason = `expected at most trainSampleDepth (${depth}), found ${size}; lower it, or set trainSampleDepth to -1`;
      problems.push({ key: at('sampling.trainSampleSize'), reason });
    }
    if (training.maxSteps === 0 && training.maxEpochs === 0) {
      problems.push({ key: at('training.maxSteps'), reason: 'expected a bound here or in maxEpochs, found 0 in both' });
    }
    if (data && data.run === undefined && training.batches === undefined) {
      problems.push({ key: at('data'), reason: 'expected a run (or bm25) to draw lists from, found none' });
    }
    if (data && !data.qrels && !sampling.useRanksAsQrels && training.batches === undefined) {
      problems.push({ key: at('data'), reason: 'expected qrels, or sampling.useRanksAsQrels: true; found neither' });
    }
    if (from === 'previous' && i === 0) {
      problems.push({
        key: at('from'),
        reason: 'expected base, auto or a checkpoint: there is no stage before the first',
      });
    }
  });
  recipe.evaluation.testSets.forEach(({ name, qrels, run }, i) => {
    const key = `evaluation.testSets.${i}`;
    if (qrels === undefined) problems.push({ key, reason: `expected qrels to measure ${name} with, found none` });
    if (run === undefined) problems.push({ key, reason: `expected a run (or bm25) of ${name} to re-rank, found none` });
  });
  return problems;
}
