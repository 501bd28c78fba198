// The counter-based random numbers of ../../random.ts, four at a time.

// @ts-ignore: decorator
@inline
function mix(value: v128): v128 {
  let x = v128.xor(value, i32x4.shr_u(value, 16));
  x = i32x4.mul(x, i32x4.splat(0x21f0aaad));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0xd35a2d97));
  return v128.xor(x, i32x4.shr_u(x, 15));
}

/** The mask of elements index … index + 3: all bits where kept. Constants as in ../../dropout.ts. */
// @ts-ignore: decorator
@inline
export function kept(index: i32, multiplier: i32, increment: i32, threshold: i32): v128 {
  const counter = i32x4.add(i32x4.splat(index), i32x4(0, 1, 2, 3));
  const x = mix(i32x4.add(i32x4.mul(counter, i32x4.splat(multiplier)), i32x4.splat(increment)));
  return i32x4.ge_u(x, i32x4.splat(threshold));
}

/** y = x with dropout; `first`: index of the first element. */
export function dropout(
  x: usize, y: usize, count: i32, first: i32, multiplier: i32, increment: i32, threshold: i32, scale: f32,
): void {
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) {
    const scaled = f32x4.mul(v128.load(x + <usize>i * 4), f32x4.splat(scale));
    v128.store(y + <usize>i * 4, v128.and(scaled, kept(first + i, multiplier, increment, threshold)));
  }
  for (; i < count; i++) {
    const isKept = i32x4.extract_lane(kept(first + i, multiplier, increment, threshold), 0) != 0;
    store<f32>(y + <usize>i * 4, isKept ? load<f32>(x + <usize>i * 4) * scale : 0);
  }
}
