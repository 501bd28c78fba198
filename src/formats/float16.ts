/** IEEE 754 half precision and bfloat16, to and from float32. Half floats travel as their 16 bits. */

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** The float32 with the value of a half float. Every half float has one. */
function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halfTable: Float32Array | undefined;

/** Widens half floats, by a table of all 65,536 of them. */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  halfTable ??= Float32Array.from({ length: 0x10000 }, (_, half) => halfToFloat(half));
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = halfTable[halves[i]!]!;
  return values;
}

/** The bits of the half float nearest to a value, ties to even; beyond ±65519 it is infinite. */
function floatToHalf(value: number): number {
  FLOAT[0] = value;
  const bits = BITS[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction ? 0x200 : 0);
  const power = exponent - 127 + 15;
  if (power >= 0x1f) return sign | 0x7c00;
  if (power <= 0) {
    // Subnormal: the fraction with its leading one, shifted to units of 2^-24.
    const shift = 14 - power;
    if (shift > 24) return sign;
    const whole = fraction | 0x800000;
    return sign | roundShift(whole, shift);
  }
  // A fraction that rounds up to 1024 carries into the exponent, as it should.
  return sign | ((power << 10) + roundShift(fraction, 13));
}

/** `bits / 2^shift`, rounded to nearest, ties to even. */
function roundShift(bits: number, shift: number): number {
  const quotient = bits >>> shift;
  const remainder = bits & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return remainder > half || (remainder === half && quotient & 1) ? quotient + 1 : quotient;
}

/** Narrows to half floats. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = floatToHalf(values[i]!);
  return halves;
}

/** Widens bfloat16: it is a float32's upper half. */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}
