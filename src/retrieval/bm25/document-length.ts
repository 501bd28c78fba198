/**
 * Document lengths in one byte, as Lucene keeps them (SmallFloat.intToByte4): exact up to 39 tokens, then with four
 * significant bits, so that 100 tokens count as 96. Scores depend on it.
 */

/** The byte's four-bit float for a number: the value itself below 8, else 3 bits after the leading one, and the shift. */
function toInt4(value: number): number {
  const bits = 32 - Math.clz32(value);
  if (bits < 4) return value;
  const shift = bits - 4;
  return ((value >>> shift) & 7) | ((shift + 1) << 3);
}

function fromInt4(encoded: number): number {
  const shift = (encoded >>> 3) - 1;
  return shift < 0 ? encoded & 7 : ((encoded & 7) | 8) * 2 ** shift;
}

/** Bytes that no 31-bit number needs: they hold the smallest lengths exactly. */
const EXACT = 255 - toInt4(0x7fffffff);

/** The byte of a length, 0 to 2³¹ − 1. */
export function encodeLength(tokens: number): number {
  return tokens < EXACT ? tokens : EXACT + toInt4(tokens - EXACT);
}

/** The length that each byte stands for, `[256]`: never more than the encoded one. */
export const DECODED_LENGTH: Float64Array = Float64Array.from({ length: 256 }, (_, byte) =>
  byte < EXACT ? byte : EXACT + fromInt4(byte - EXACT),
);
