/** The shape of a recipe's YAML, before defaults: any option may be left out, no key may be unknown. */
import * as v from 'valibot';
import { OBJECTIVES } from './defaults';
import { MODEL_FIELDS, SAMPLING_FIELDS, TRAINING_FIELDS, type Fields } from './fields';

type Given<Options> = { [Key in keyof Options]?: Options[Key] };

/** All fields of a block, each of which may be left out. */
function block<Options>(fields: Fields<Options>): v.GenericSchema<unknown, Given<Options>> {
  const entries = Object.entries(fields as Record<string, { schema: v.GenericSchema }>).map(
    ([key, { schema }]) => [key, v.optional(schema)] as const,
  );
  return v.strictObject(Object.fromEntries(entries)) as unknown as v.GenericSchema<unknown, Given<Options>>;
}

const text = v.pipe(v.string(), v.minLength(1, 'expected a text that is not empty'));

const bm25 = v.strictObject({
  k1: v.optional(v.pipe(v.number(), v.minValue(0, 'expected at least 0'))),
  b: v.optional(v.pipe(v.number(), v.minValue(0, 'expected at least 0'), v.maxValue(1, 'expected at most 1'))),
  depth: v.optional(v.pipe(v.number(), v.integer('expected a whole number'), v.minValue(1, 'expected at least 1'))),
});

const sources = {
  collection: text,
  queries: text,
  qrels: v.optional(text),
  /** Left out where the training's batches are given. */
  run: v.optional(v.union([text, v.strictObject({ bm25 })])),
};
const dataSources = v.strictObject(sources);
const objective = v.optional(v.picklist(OBJECTIVES));

const stageKeys = {
  name: v.optional(text),
  objective,
  from: v.optional(text),
  data: v.optional(dataSources),
  validation: v.optional(dataSources),
  sampling: v.optional(block(SAMPLING_FIELDS)),
  training: v.optional(block(TRAINING_FIELDS)),
};

export const recipeSchema = v.strictObject({
  ...stageKeys,
  name: text,
  description: v.optional(text),
  expected: v.optional(v.record(v.string(), v.record(v.string(), v.number()))),
  model: v.optional(block(MODEL_FIELDS)),
  stages: v.optional(v.pipe(v.array(v.strictObject(stageKeys)), v.minLength(1, 'expected at least one stage'))),
  evaluation: v.optional(
    v.strictObject({
      depth: v.optional(v.pipe(v.number(), v.integer('expected a whole number'), v.minValue(1, 'expected at least 1'))),
      measures: v.optional(v.pipe(v.array(text), v.minLength(1, 'expected at least one measure'))),
      testSets: v.optional(v.array(v.strictObject({ name: text, ...sources }))),
    }),
  ),
});

export type RecipeYaml = v.InferOutput<typeof recipeSchema>;
export type StageYaml = NonNullable<RecipeYaml['stages']>[number];
export type DataSourcesYaml = v.InferOutput<typeof dataSources>;
