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
export type DropoutPlace = 'embeddings' | 'head' | `${number}.${'probabilities' | 'attention' | 'output'}` | 'dense';

/** Dropout by place; `rows` says whether the rows there are tokens or sequences. Undefined where it is off. */
export type DropoutPlan = (place: DropoutPlace, rows: 'tokens' | 'sequences') => Dropout | undefined;

const PLACES_BEFORE_LAYERS = ['embeddings', 'dense', 'head'];
const PLACES_IN_LAYER = ['probabilities', 'attention', 'output'];

function placeNumber(place: DropoutPlace): number {
  const [layer, within] = place.split('.') as [string, string | undefined];
  if (within === undefined) return PLACES_BEFORE_LAYERS.indexOf(layer);
  return PLACES_BEFORE_LAYERS.length + Number(layer) * PLACES_IN_LAYER.length + PLACES_IN_LAYER.indexOf(within);
}

/** The dropout of each place of a network; without a seed it is off everywhere. */
export function dropoutPlan(probabilities: DropoutProbabilities, seed: DropoutSeed | undefined): DropoutPlan {
  return (place, rows) => {
    const kind = place.endsWith('.probabilities')
      ? 'attention'
      : place === 'head' || place === 'dense'
        ? 'classifier'
        : 'hidden';
    const probability = probabilities[kind];
    if (!seed || probability === 0) return undefined;
    const firstRow = (rows === 'tokens' ? seed.firstToken : seed.firstSequence) ?? 0;
    return { probability, seed: derivedSeed(seed.seed, placeNumber(place)), firstRow };
  };
}
