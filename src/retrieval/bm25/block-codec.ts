/**
 * Blocks of 128 numbers in as many bits as the largest of them needs (FastPFOR's SIMD-BP128 layout, Lemire and Boytsov 2015):
 * four lanes side by side, so that one shift serves four numbers.
 *
 *   numbers   0  1  2  3 │ 4  5  6  7 │ …                 row r holds numbers 4r … 4r + 3
 *   words     w0 w1 w2 w3 │ w4 w5 w6 w7 │ …               lane l of row r: bits r · width … of the words l, l + 4, l + 8, …
 */

export const BLOCK = 128;
const LANES = 4;
const ROWS = BLOCK / LANES;

/** Words of 32 bits that a block of numbers of `width` bits takes. */
export const wordsOf = (width: number): number => LANES * width;

/** Bits that a number from 0 to 2³² − 1 needs; 0 for 0. */
export const bitsOf = (value: number): number => 32 - Math.clz32(value);

/** Packs `values[from, from + 128)`, none of which needs more than `width` bits, into `words` at `at`, which must be zeros. */
export function packBlock(values: Int32Array, from: number, width: number, words: Uint32Array, at: number): void {
  if (width === 0) return;
  for (let row = 0; row < ROWS; row++) {
    const bit = row * width;
    const shift = bit & 31;
    const word = at + LANES * (bit >>> 5);
    for (let lane = 0; lane < LANES; lane++) {
      const value = values[from + row * LANES + lane]!;
      words[word + lane]! |= value << shift;
      if (shift + width > 32) words[word + LANES + lane]! |= value >>> (32 - shift);
    }
  }
}

/** Unpacks a block of numbers of `width` bits from `words` at `at` to `values[to, to + 128)`. */
export function unpackBlock(words: Uint32Array, at: number, width: number, values: Int32Array, to: number): void {
  if (width === 0) {
    values.fill(0, to, to + BLOCK);
    return;
  }
  const mask = width === 32 ? -1 : (1 << width) - 1;
  let shift = 0;
  let word = at;
  for (const end = to + BLOCK; to < end; to += LANES) {
    const rest = shift + width - 32;
    if (rest <= 0) {
      values[to] = (words[word]! >>> shift) & mask;
      values[to + 1] = (words[word + 1]! >>> shift) & mask;
      values[to + 2] = (words[word + 2]! >>> shift) & mask;
      values[to + 3] = (words[word + 3]! >>> shift) & mask;
      shift += width;
      if (rest === 0) {
        shift = 0;
        word += LANES;
      }
    } else {
      const left = 32 - shift;
      values[to] = ((words[word]! >>> shift) | (words[word + 4]! << left)) & mask;
      values[to + 1] = ((words[word + 1]! >>> shift) | (words[word + 5]! << left)) & mask;
      values[to + 2] = ((words[word + 2]! >>> shift) | (words[word + 6]! << left)) & mask;
      values[to + 3] = ((words[word + 3]! >>> shift) | (words[word + 7]! << left)) & mask;
      word += LANES;
      shift = rest;
    }
  }
}
