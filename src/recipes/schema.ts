/**
 * The shape of a recipe's YAML, before defaults: any option may be left out, no key may be unknown. Every message begins with
 * "expected" and is then followed by what was found, or says all of it.
 */
import * as v from 'valibot';
import { parseMeasure } from '../evaluation/parse-measure';
import { nearestName } from '../formats/nearest-name';
import { OBJECTIVES } from './defaults';
import { choice, number, text, whole } from './field-kinds';
import { LORA_FIELDS, MODEL_FIELDS, SAMPLING_FIELDS, TRAINING_FIELDS, type Field, type Fields } from './fields';

/** Keys and values; one that is not among `entries` is named, with the one that was probably meant. */
function section<const T extends v.ObjectEntries>(entries: T) {
  const known = Object.keys(entries);
  return v.strictObject(entries, (issue) => {
    if (issue.expected === 'never') {
      const meant = nearestName(String(issue.input), known);
      return `unknown key; ${meant ? `did you mean ${meant}?` : `known are ${known.join(', ')}`}`;
    }
    return issue.expected === 'Object' ? 'expected keys and values' : 'expected a value';
  });
}

type Given<Options> = { [Key in keyof Options]?: Options[Key] };

/** All fields of a block, each of which may be left out, and blocks within it. */
function block<Options, Inner extends v.ObjectEntries = Record<never, never>>(
  fields: Fields<Options>,
  inner?: Inner,
): v.GenericSchema<unknown, Given<Options> & { [Key in keyof Inner]?: v.InferOutput<Inner[Key]> }> {
  const entries = Object.entries(fields as Record<string, Field<unknown>>).map(
    ([key, { schema }]) => [key, v.optional(schema)] as const,
  );
  return section({ ...Object.fromEntries(entries), ...inner }) as never;
}

const name = text().schema;
const list = <T extends v.GenericSchema>(item: T) => v.array(item, 'expected a list');

const bm25Run = section({
  bm25: v.nullish(
    section({
      k1: v.optional(number(0).schema),
      b: v.optional(number(0, 1).schema),
      depth: v.optional(whole(1).schema),
      rm3: v.nullish(
        section({
          feedbackTerms: v.optional(whole(1).schema),
          feedbackDocuments: v.optional(whole(1).schema),
          originalWeight: v.optional(number(0, 1).schema),
        }),
      ),
    }),
  ),
});
const rankGptRun = section({ rankgpt: section({ permutations: name, retrieved: name }) });
const encoder = { checkpoint: name, depth: v.optional(whole(1).schema) };
const denseRun = section({ dense: section(encoder) });
const lateInteractionRun = section({
  lateInteraction: section({ ...encoder, run: v.optional(v.lazy(() => anyRun())) }),
});
const fusedRun = section({
  fuse: v.pipe(list(v.lazy(() => anyRun())), v.minLength(2, 'expected two runs or more')),
});
const namedRun = v.pipe(
  v.string('expected a run, or one of bm25, dense, lateInteraction, fuse and rankgpt'),
  v.minLength(1, 'expected a run'),
);

/** Which of them it is shows in the value itself, so that a message speaks of that one. */
const run = v.lazy((input): v.GenericSchema<unknown, RunYaml> => {
  if (typeof input !== 'object' || input === null) return namedRun;
  if ('rankgpt' in input) return rankGptRun;
  if ('dense' in input) return denseRun;
  if ('lateInteraction' in input) return lateInteractionRun;
  return 'fuse' in input ? fusedRun : bm25Run;
});
/** `run` within itself. */
function anyRun(): v.GenericSchema<unknown, RunYaml> {
  return run;
}
export type RunYaml =
  | string
  | v.InferOutput<typeof bm25Run>
  | v.InferOutput<typeof rankGptRun>
  | v.InferOutput<typeof denseRun>
  | { lateInteraction: { checkpoint: string; depth?: number | undefined; run?: RunYaml | undefined } }
  | { fuse: RunYaml[] };

const dataSources = { collection: name, queries: name, qrels: v.optional(name), run: v.optional(run) };

const stageKeys = {
  name: v.optional(name),
  objective: v.optional(choice(OBJECTIVES).schema),
  from: v.optional(name),
  data: v.optional(section(dataSources)),
  validation: v.optional(section(dataSources)),
  sampling: v.optional(block(SAMPLING_FIELDS)),
  training: v.optional(block(TRAINING_FIELDS)),
};

const measures = v.pipe(
  list(
    v.pipe(
      name,
      v.check(
        (text) => reasonAgainst(text) === '',
        ({ input }) => reasonAgainst(input),
      ),
    ),
  ),
  v.minLength(1, 'expected at least one measure'),
);

/** Why it is no measure; empty if it is one. */
function reasonAgainst(measure: string): string {
  try {
    parseMeasure(measure);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const testSetKeys = { collection: name, queries: name, qrels: name, run, measures: v.optional(measures) };
/** What a named test set means (`data-block.ts`). */
export const testSetYaml = section(testSetKeys);
export type TestSetYaml = v.InferOutput<typeof testSetYaml>;

const values = <T extends v.GenericSchema>(value: T) =>
  v.record(v.string(), value, 'expected systems, test sets and measures, with a number each');

export const recipeSchema = section({
  ...stageKeys,
  description: v.optional(name),
  folder: v.optional(name),
  expected: v.optional(values(values(values(v.number('expected a number'))))),
  model: v.optional(block(MODEL_FIELDS, { lora: v.nullish(block(LORA_FIELDS)) })),
  stages: v.optional(v.pipe(list(section(stageKeys)), v.minLength(1, 'expected at least one stage'))),
  evaluation: v.optional(
    section({
      depth: v.optional(whole(1).schema),
      measures: v.optional(measures),
      testSets: v.optional(list(section({ name, ...testSetKeys }))),
    }),
  ),
});

export type RecipeYaml = v.InferOutput<typeof recipeSchema>;
export type StageYaml = NonNullable<RecipeYaml['stages']>[number];
