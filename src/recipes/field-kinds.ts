/** Kinds of values in a recipe: the schema that checks one, and what a form shows for it. */
import * as v from 'valibot';

/** What a form offers for a value. `auto`: the word auto may stand in place of a number. `notes`: a sentence on some of the choices. */
export type Control =
  | { kind: 'text' }
  | { kind: 'flag' }
  | { kind: 'whole'; least: number; auto?: true }
  | { kind: 'number'; least: number; most?: number }
  | { kind: 'several'; choices: readonly string[] }
  | { kind: 'choice'; choices: readonly (string | boolean)[]; notes?: Readonly<Record<string, string>> };

export interface Kind<T> {
  schema: v.GenericSchema<unknown, T>;
  control: Control;
}

export function text(): Kind<string> {
  const message = 'expected a text that is not empty';
  return { schema: v.pipe(v.string(message), v.minLength(1, message)), control: { kind: 'text' } };
}

export function flag(): Kind<boolean> {
  return { schema: v.boolean('expected true or false'), control: { kind: 'flag' } };
}

export function whole(least: number): Kind<number> {
  const message = `expected a whole number of at least ${least}`;
  return {
    schema: v.pipe(v.number(message), v.integer(message), v.minValue(least, message)),
    control: { kind: 'whole', least },
  };
}

export function number(least: number, most?: number): Kind<number> {
  const message = `expected a number ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}`;
  return {
    schema: v.pipe(
      v.number(message),
      v.finite(message),
      v.minValue(least, message),
      v.maxValue(most ?? Infinity, message),
    ),
    control: { kind: 'number', least, ...(most === undefined ? {} : { most }) },
  };
}

export function choice<const T extends string>(
  choices: readonly T[],
  notes?: Readonly<Record<string, string>>,
): Kind<T> {
  return {
    schema: v.picklist(choices, `expected ${inWords(choices)}`),
    control: { kind: 'choice', choices, ...(notes && { notes }) },
  };
}

/** A list of at least one of the choices. */
export function several<const T extends string>(choices: readonly T[]): Kind<T[]> {
  return {
    schema: v.pipe(
      v.array(v.picklist(choices, `expected ${inWords(choices)}`), `expected a list of ${inWords(choices)}`),
      v.minLength(1, `expected at least one of ${inWords(choices)}`),
    ),
    control: { kind: 'several', choices },
  };
}

/** As `choice`, with true and false among the values. */
export function oneOf<const T extends string | boolean>(choices: readonly T[]): Kind<T> {
  const isChoice = (input: unknown): input is T => (choices as readonly unknown[]).includes(input);
  return { schema: v.custom<T>(isChoice, `expected ${inWords(choices)}`), control: { kind: 'choice', choices } };
}

const inWords = (choices: readonly (string | boolean)[]) =>
  choices
    .map(String)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
