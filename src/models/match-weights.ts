/** Which tensors of a file a re-ranker takes, and what it leaves out: found out by names and shapes, before any value is read. */
import type { WeightTensor } from '../formats/weights-file';
import type { ModelConfig } from './config';
import { FAMILIES } from './families';
import { parameterLayouts, type ParameterLayout } from './layout';
import { canonicalName } from './weight-names';

export interface MatchedWeights {
  /** Name in the file → name to be stored under, of the tensors to take. */
  names: Map<string, string>;
  /** What is left out and why, and whether there is no head: a sentence each. */
  notes: string[];
}

/** Parts of models that are no re-rankers, by how their tensors' canonical names begin. */
const OTHER_PARTS: [RegExp, string][] = [
  [/^cls\.|^lm_head\.|^generator_(predictions|lm_head)\./, 'the head of a language model'],
  [/^discriminator_predictions\./, 'the head of a discriminator'],
  [/^qa_outputs\./, 'the head of a question answerer'],
  [/^(electra|roberta)\.pooler\./, 'a pooler, which re-rankers of this family do without'],
];

/** Kept though no part of a re-ranker: what a late-interaction model projects its tokens by. */
const KEPT = /^linear\.weight$/;

const shapeText = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/**
 * Matches the tensors of a model's files with its parameters.
 * @throws Error naming the tensor where one of the encoder is missing or has another shape.
 */
export function matchWeights(config: ModelConfig, tensors: readonly WeightTensor[]): MatchedWeights {
  const layouts = parameterLayouts(config);
  const { names, leftOut } = sortOut(config, layouts, tensors);
  const taken = new Set(names.values());
  const lacking = layouts.filter(({ parts }) => parts.some(({ name }) => !taken.has(name)));
  const needed = lacking.find(({ initial }) => !initial)?.parts.find(({ name }) => !taken.has(name));
  if (needed) {
    const some = tensors.slice(0, 3).map(({ name }) => name);
    throw new Error(
      `tensor ${needed.name}: expected it among the ${tensors.length} of the file, found none of that name ` +
        `(there are ${some.join(', ') || 'none'} …); is this a whole ${config.family} model, and config.json its own?`,
    );
  }
  const notes = [...leftOut].map(([why, found]) => `Left out: ${inWords(found)}, ${why}`);
  const { dense, output } = FAMILIES[config.family];
  const drawn = [dense, output].filter((layer) => lacking.some(({ name }) => name.startsWith(`${layer}.`)));
  if (drawn.length > 0) notes.push(`No ${drawn.join(' and ')} in the file: drawn at random until it is trained`);
  return { names, notes };
}

/** @throws Error for a tensor of the encoder that has another shape. */
function sortOut(config: ModelConfig, layouts: readonly ParameterLayout[], tensors: readonly WeightTensor[]) {
  const places = new Map(
    layouts.flatMap(({ parts, initial }) => parts.map(({ name, shape }) => [name, { shape, initial }])),
  );
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const leftOut = new Map<string, string[]>();
  const leave = (name: string, why: string) => leftOut.set(why, [...(leftOut.get(why) ?? []), name]);
  for (const { name, shape } of tensors) {
    const canonical = canonicalName(name, config.family);
    const place = places.get(canonical);
    if (!place && !KEPT.test(canonical)) {
      leave(name, OTHER_PARTS.find(([pattern]) => pattern.test(canonical))?.[1] ?? 'of no use to a re-ranker');
    } else if (taken.has(canonical)) {
      leave(name, 'there twice');
    } else if (place && shapeText(shape) !== shapeText(place.shape)) {
      const expected = `expected shape ${shapeText(place.shape)}, found ${shapeText(shape)}`;
      if (!place.initial) throw new Error(`tensor ${name}: ${expected}; is config.json of the same model?`);
      leave(name, `the head of a classifier with ${shape[0]} classes, where a re-ranker has one score`);
    } else {
      taken.add(canonical);
      names.set(name, canonical);
    }
  }
  return { names, leftOut };
}

/** `cls.predictions.bias, cls.predictions.decoder.bias and 3 more`. */
function inWords(names: readonly string[]): string {
  const more = names.length - 2;
  return `${names.slice(0, 2).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
