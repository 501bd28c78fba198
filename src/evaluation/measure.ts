/**
 * What a measure is: its name and meaning, its parameters, its citation, and the function that computes it. The parser of
 * names, the documentation and the app's lists all come from these.
 */
import type { JudgedRanking } from './judged-ranking';

/** Grade → gain. Grades without an entry are their own gain. */
export type Gains = Readonly<Record<number, number>>;

export type ParameterValue = number | boolean | string | Gains;

interface Described {
  /** One line. */
  meaning: string;
}

/** `required` must be given; one without default may be left out and is then undefined. */
export type Parameter = Described &
  (
    | { type: 'integer'; least: number; required?: true; default?: number }
    | { type: 'share'; required?: true; default?: number }
    | { type: 'boolean'; default: boolean }
    | { type: 'choice'; choices: readonly string[]; default: string }
    | { type: 'gains' }
  );

type ValueOf<P extends Parameter> = P extends { type: 'boolean' }
  ? boolean
  : P extends { type: 'choice' }
    ? string
    : P extends { type: 'gains' }
      ? Gains | undefined
      : P extends { required: true } | { default: number }
        ? number
        : number | undefined;

export type ParameterTable = Readonly<Record<string, Parameter>>;

/** Parameters with their defaults filled in. */
export type Values<T extends ParameterTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

export interface MeasureDefinition<T extends ParameterTable = ParameterTable> {
  /** As ir_measures writes it. */
  name: string;
  /** Other names that are read, with the parameters that they stand for. */
  aliases?: Readonly<Record<string, Readonly<Record<string, ParameterValue>>>>;
  /** What it says of a ranking, in one line. */
  meaning: string;
  citation: string;
  parameters: T;
  /** The parameter that `@` gives; `cutoff` where it is left out. */
  at?: keyof T & string;
  /** How the values of the queries make one number. */
  aggregate: 'mean' | 'sum';
  /** True when smaller is better. */
  lowerIsBetter?: true;
  compute(ranking: JudgedRanking, parameters: Values<T>): number;
}

/** Keeps the types of the parameters for `compute`. */
export function defineMeasure<const T extends ParameterTable>(definition: MeasureDefinition<T>): MeasureDefinition {
  return definition as unknown as MeasureDefinition;
}

export const CUTOFF = { type: 'integer', least: 1, meaning: 'look at the first k documents only' } as const;
export const REQUIRED_CUTOFF = { ...CUTOFF, required: true } as const;
export const REL = {
  type: 'integer',
  least: -100,
  default: 1,
  meaning: 'the least grade that counts as relevant',
} as const;
export const JUDGED_ONLY = {
  type: 'boolean',
  default: false,
  meaning: 'leave out retrieved documents without a judgement',
} as const;

/** A measure with its parameters: what a name such as `RR(rel=2)@10` means. */
export interface Measure {
  definition: MeasureDefinition;
  /** Those that were given; the others have their defaults. */
  parameters: Readonly<Record<string, ParameterValue>>;
}

/** A query's value. */
export function computeMeasure({ definition, parameters }: Measure, ranking: JudgedRanking): number {
  const values = Object.fromEntries(
    Object.entries(definition.parameters).map(([name, parameter]) => [
      name,
      parameters[name] ?? ('default' in parameter ? parameter.default : undefined),
    ]),
  );
  return definition.compute(ranking, values as Values<ParameterTable>);
}
