import { derivedSeed, randomAt, streamKey } from '../kernels/random';

/**
 * A stream of random numbers that is a pure function of its seeds (`kernels/random.ts`: hash of a counter), so that whatever is drawn for
 * list 17 of epoch 3 can be drawn again without drawing what came before.
 */
export interface RandomStream {
  /** An integer of 0 … bound − 1, each equally likely. */
  below(bound: number): number;
}

/** The stream of a place, named by integers from the widest to the narrowest: seed, epoch, list. */
export function randomStream(seed: number, ...places: number[]): RandomStream {
  const key = streamKey(places.reduce(derivedSeed, seed));
  let index = 0;
  return {
    below(bound) {
      // Numbers above the largest multiple of `bound` would make small results likelier: they are drawn again.
      const limit = 2 ** 32 - (2 ** 32 % bound);
      for (;;) {
        const value = randomAt(key, index++);
        if (value < limit) return value % bound;
      }
    },
  };
}

/** `count` different items in random order, each ordered choice equally likely (Fisher and Yates, stopped early); all when there are fewer. */
export function sample<T>(items: readonly T[], count: number, random: RandomStream): T[] {
  const pool = [...items];
  const drawn = Math.min(count, pool.length);
  for (let i = 0; i < drawn; i++) {
    const j = i + random.below(pool.length - i);
    [pool[i], pool[j]] = [pool[j]!, pool[i]!];
  }
  return pool.slice(0, drawn);
}

/** All items in random order. */
export function shuffled<T>(items: readonly T[], random: RandomStream): T[] {
  return sample(items, items.length, random);
}
