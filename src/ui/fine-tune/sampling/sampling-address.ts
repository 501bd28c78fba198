/**
 * What the sampling page shows, as its address: `#/fine-tune/sampling?recipe=demo-cl-kd&stage=1&query=q3&trainSampleSize=16`. So that it can be
 * linked, and the browser's back button undoes a change.
 */
import { formFields } from '../../../recipes/form-fields';
import type { SamplingOptions } from '../../../recipes/recipe';
import type { DataKey } from '../recipe-document';

export type OptionValue = string | number | boolean;

export interface SamplingChoice {
  /** The name of a preset; the studio's own choice where it is left out. */
  recipe?: string;
  /** The stage's place, from 0. */
  stage: number;
  /** Names of data sets, where they are not the recipe's. */
  data: Partial<Record<DataKey, string>>;
  /** Options over the recipe's. What is no value of an option stands here as it was written. */
  sampling: Partial<Record<keyof SamplingOptions, OptionValue>>;
  /** Where it is not the recipe's. */
  seed?: number;
  /** From 0. */
  epoch: number;
  query?: string;
}

const DATA: DataKey[] = ['collection', 'queries', 'qrels', 'run'];
/** The sampling options of a recipe, in its order. The objective only chooses defaults, which are not looked at. */
export const SAMPLING_OPTIONS = formFields('CL').filter(({ block }) => block === 'sampling');

const wholeNumber = (text: string | null): number | undefined =>
  text !== null && /^\d+$/.test(text) ? Number(text) : undefined;

/** Reads an address; what is not understood is left out. */
export function readSamplingAddress(query: URLSearchParams): SamplingChoice {
  const recipe = query.get('recipe');
  const asked = query.get('query');
  const seed = wholeNumber(query.get('seed'));
  return {
    ...(recipe ? { recipe } : {}),
    stage: wholeNumber(query.get('stage')) ?? 0,
    data: Object.fromEntries(
      DATA.flatMap((key) => {
        const name = query.get(key);
        return name ? [[key, name]] : [];
      }),
    ),
    sampling: Object.fromEntries(
      SAMPLING_OPTIONS.flatMap(({ key, control }) => {
        const text = query.get(key);
        if (text === null) return [];
        const choices = control.kind === 'flag' ? [true, false] : control.kind === 'choice' ? control.choices : [];
        const number = text.trim() === '' ? NaN : Number(text);
        const chosen = choices.find((choice) => String(choice) === text);
        return [[key, chosen ?? (choices.length > 0 || Number.isNaN(number) ? text : number)]];
      }),
    ),
    ...(seed === undefined ? {} : { seed }),
    epoch: wholeNumber(query.get('epoch')) ?? 0,
    ...(asked ? { query: asked } : {}),
  };
}

/** The address's parameters; `readSamplingAddress` reads them back. */
export function toSamplingAddress({
  recipe,
  stage,
  data,
  sampling,
  seed,
  epoch,
  query,
}: SamplingChoice): Record<string, string> {
  const all: Record<string, OptionValue | undefined> = {
    recipe,
    stage: stage || undefined,
    ...data,
    ...sampling,
    seed,
    epoch: epoch || undefined,
    query,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}

/** The options that one stage has and another has not: what an address must say to mean the first by way of the second. */
export function differentOptions(wanted: SamplingOptions, from: SamplingOptions): SamplingChoice['sampling'] {
  return Object.fromEntries(
    SAMPLING_OPTIONS.map(({ key }) => key as keyof SamplingOptions)
      .filter((key) => wanted[key] !== from[key])
      .map((key) => [key, wanted[key]]),
  );
}
