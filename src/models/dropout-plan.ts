import { type Dropout } from '../kernels/dropout';
import { derivedSeed } from '../kernels/random';
import type { DropoutProbabilities } from './config';

/**
 * Turns dropout on for one batch. The same seed makes the same masks again; a batch that is worked off in pieces says
 * where a piece lies in it, and then has the masks of the whole.
 */
export interface DropoutSeed {
  seed: number;
  /** Index in the whole batch of the piece's first token: 0 if left out. */
  firstToken?: number;
  /** Index in the whole batch of the piece's first sequence: 0 if left out. */
  firstSequence?: number;
}

/** The places of a network that have dropout: each has masks of its own. */
export type DropoutPlace =
  | 'embeddings'
  | 'head'
  | 'dense'
  | `${number}.${'probabilities' | 'attention' | 'output'}`
  | `${number}.lora.${LoraPlace}`;

/** The linear layers of an encoder layer, whose adapters have dropout of their own; keys and values share one. */
export type LoraPlace = 'query' | 'keyValue' | 'attended' | 'inner' | 'outer';

/** Dropout by place; `rows` says whether the rows there are tokens or sequences. Undefined where it is off. */
export type DropoutPlan = (place: DropoutPlace, rows: 'tokens' | 'sequences') => Dropout | undefined;

const PLACES_BEFORE_LAYERS = ['embeddings', 'dense', 'head'];
const PLACES_IN_LAYER = ['probabilities', 'attention', 'output'];
const LORA_PLACES: LoraPlace[] = ['query', 'keyValue', 'attended', 'inner', 'outer'];
/** Above the number of every other place, however many layers there are: those stay what they are without LoRA. */
const FIRST_LORA_PLACE = 2 ** 16;

function placeNumber(place: DropoutPlace): number {
  const [layer, within, adapted] = place.split('.') as [string, string | undefined, LoraPlace | undefined];
  if (within === undefined) return PLACES_BEFORE_LAYERS.indexOf(layer);
  if (adapted) return FIRST_LORA_PLACE + Number(layer) * LORA_PLACES.length + LORA_PLACES.indexOf(adapted);
  return PLACES_BEFORE_LAYERS.length + Number(layer) * PLACES_IN_LAYER.length + PLACES_IN_LAYER.indexOf(within);
}

function kindOf(place: DropoutPlace): keyof DropoutProbabilities | 'lora' {
  if (place.includes('.lora.')) return 'lora';
  if (place.endsWith('.probabilities')) return 'attention';
  return place === 'head' || place === 'dense' ? 'classifier' : 'hidden';
}

/** The dropout of each place of a network; without a seed it is off everywhere. */
export function dropoutPlan(
  probabilities: DropoutProbabilities & { lora: number },
  seed: DropoutSeed | undefined,
): DropoutPlan {
  return (place, rows) => {
    const probability = probabilities[kindOf(place)];
    if (!seed || probability === 0) return undefined;
    const firstRow = (rows === 'tokens' ? seed.firstToken : seed.firstSequence) ?? 0;
    return { probability, seed: derivedSeed(seed.seed, placeNumber(place)), firstRow };
  };
}
