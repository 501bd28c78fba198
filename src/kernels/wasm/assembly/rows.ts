// Sums over rows: embeddings, their gradient, bias gradients, norms.

/** to [columns] += from [columns]. */
// @ts-ignore: decorator
@inline
function addRow(to: usize, from: usize, columns: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= columns; i += 4) {
    v128.store(to + <usize>i * 4, f32x4.add(v128.load(to + <usize>i * 4), v128.load(from + <usize>i * 4)));
  }
  for (; i < columns; i++) store<f32>(to + <usize>i * 4, load<f32>(to + <usize>i * 4) + load<f32>(from + <usize>i * 4));
}

/** y [tokens, columns]: the sum of a row of each of three tables; row numbers int32 [tokens]. */
export function embedSum(
  words: usize, positions: usize, types: usize, word: usize, position: usize, type: usize, y: usize, tokens: i32, columns: i32,
): void {
  const pitch = <usize>columns * 4;
  for (let token: i32 = 0; token < tokens; token++) {
    const number = <usize>token * 4;
    memory.copy(y, word + <usize>load<i32>(words + number) * pitch, pitch);
    addRow(y, type + <usize>load<i32>(types + number) * pitch, columns);
    addRow(y, position + <usize>load<i32>(positions + number) * pitch, columns);
    y += pitch;
  }
}

/** y [segments, columns]: segment s is the sum of the rows order[starts[s]] … order[starts[s + 1] − 1] of x. */
export function segmentSum(x: usize, order: usize, starts: usize, y: usize, segments: i32, columns: i32): void {
  const pitch = <usize>columns * 4;
  for (let segment: i32 = 0; segment < segments; segment++) {
    memory.fill(y, 0, pitch);
    const end = load<i32>(starts + <usize>(segment + 1) * 4);
    for (let i = load<i32>(starts + <usize>segment * 4); i < end; i++) {
      addRow(y, x + <usize>load<i32>(order + <usize>i * 4) * pitch, columns);
    }
    y += pitch;
  }
}

/** y [columns]: the sum of x's rows, which lie `pitch` bytes apart. */
export function columnSums(x: usize, y: usize, rows: i32, columns: i32, pitch: usize): void {
  memory.fill(y, 0, <usize>columns * 4);
  let row: i32 = 0;
  for (; row + 4 <= rows; row += 4) {
    let i: i32 = 0;
    for (; i + 4 <= columns; i += 4) {
      const at = x + <usize>i * 4;
      const first = f32x4.add(v128.load(at), v128.load(at + pitch));
      const second = f32x4.add(v128.load(at + 2 * pitch), v128.load(at + 3 * pitch));
      v128.store(y + <usize>i * 4, f32x4.add(v128.load(y + <usize>i * 4), f32x4.add(first, second)));
    }
    for (; i < columns; i++) {
      for (let r: usize = 0; r < 4; r++) {
        store<f32>(y + <usize>i * 4, load<f32>(y + <usize>i * 4) + load<f32>(x + <usize>i * 4 + r * pitch));
      }
    }
    x += 4 * pitch;
  }
  for (; row < rows; row++) {
    addRow(y, x, columns);
    x += pitch;
  }
}

/** Σ x², in double precision from every 16 elements on. */
export function sumOfSquares(x: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let i: i32 = 0;
  for (; i + 16 <= count; i += 16) {
    const at = x + <usize>i * 4;
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const squares = f32x4.add(
      f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b)), f32x4.add(f32x4.mul(c, c), f32x4.mul(d, d)),
    );
    low = f64x2.add(low, f64x2.promote_low_f32x4(squares));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(squares, squares, 2, 3, 0, 1)));
  }
  const lanes = f64x2.add(low, high);
  let sum = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
  for (; i < count; i++) {
    const value = <f64>load<f32>(x + <usize>i * 4);
    sum += value * value;
  }
  return sum;
}
