/**
 * Counter-based random numbers: number `index` of stream `seed` is a hash of the two, so that every backend makes the
 * same one in any order, and a second pass makes it again.
 *
 *   random(seed, index) = mix(index · multiplier(seed) + increment(seed))      all modulo 2³²
 */

/**
 * Scrambles a 32-bit integer: the xor-shift-multiply permutation with the lowest known bias of two rounds
 * (C. Wellons, hash-prospector, `[16 21f0aaad 15 d35a2d97 15]`).
 */
export function mix(value: number): number {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0xd35a2d97);
  x ^= x >>> 15;
  return x >>> 0;
}

/** The two constants of a stream, unsigned 32-bit: an odd multiplier, so that no two streams run in step, and an increment. */
export interface StreamKey {
  multiplier: number;
  increment: number;
}

/** The constants of stream `seed` (any integer; its low 32 bits count). */
export function streamKey(seed: number): StreamKey {
  return { multiplier: (mix(seed) | 1) >>> 0, increment: mix(seed ^ 0x9e3779b9) };
}

/** Number `index` of a stream, an unsigned 32-bit integer. */
export function randomAt(key: StreamKey, index: number): number {
  return mix((Math.imul(index, key.multiplier) + key.increment) | 0);
}

/** The seed of one place (a layer's dropout, say) of a computation that was given one seed. */
export function derivedSeed(seed: number, place: number): number {
  return mix((seed + Math.imul(place + 1, 0x9e3779b9)) | 0);
}

/** `count` variates spread evenly within ±`bound`, for initial weights. */
export function uniforms(count: number, bound: number, seed: number): Float32Array {
  const key = streamKey(seed);
  return Float32Array.from({ length: count }, (_, i) => bound * (2 * ((randomAt(key, i) + 0.5) / 2 ** 32) - 1));
}

/** `count` normal variates with this standard deviation (Box and Muller), for initial weights. */
export function normals(count: number, standardDeviation: number, seed: number): Float32Array {
  const key = streamKey(seed);
  const uniform = (index: number) => (randomAt(key, index) + 0.5) / 2 ** 32;
  return Float32Array.from({ length: count }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(uniform(2 * i)));
    return standardDeviation * radius * Math.cos(2 * Math.PI * uniform(2 * i + 1));
  });
}
