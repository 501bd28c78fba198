// Attention of one sequence, forward and backward (../../attention.ts has the formulas). For each head, queries pass in
// blocks; a block's scores [BLOCK, keys] are the only ones that ever exist.
import { TILE_COLUMNS, TILE_ROWS, multiplyPacked, packColumns, packRows } from './gemm';
import { kept } from './random';
import { exp4, log, maxLanes, sumLanes } from './simd';

/** Query rows of a block: a multiple of the tile's. */
const BLOCK: i32 = 48;

/** As ATTENTION_DROPOUT_STRIDE in ../../attention.ts. */
const DROPOUT_STRIDE: i32 = 1024;

// @ts-ignore: decorator
@inline
function roundUp(n: i32, to: i32): i32 {
  return ((n + to - 1) / to) * to;
}

/** Floats of scratch for `attention` and `attentionGradient` of sequences with at most `keys` keys; `size`: of a head. */
export function attentionScratch(keys: i32, size: i32): i32 {
  const wide = roundUp(keys, TILE_COLUMNS);
  const tall = roundUp(keys, TILE_ROWS);
  const packedKeys = wide * size + keys * roundUp(size, TILE_COLUMNS);
  const packedRows = max(BLOCK * max(keys, size), tall * BLOCK);
  const packedBlocks = 2 * BLOCK * roundUp(size, TILE_COLUMNS);
  return TILE_ROWS * TILE_COLUMNS + 2 * packedKeys + 2 * BLOCK * wide + packedRows + packedBlocks;
}

/** p[i] = exp(p[i] · scale − shift) for `count` elements (the tail up to a multiple of 4 is overwritten); returns Σ. */
// @ts-ignore: decorator
@inline
function exponentials(p: usize, count: i32, scale: f32, shift: f32): f32 {
  let sums = f32x4.splat(0);
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) {
    const e = exp4(f32x4.sub(f32x4.mul(v128.load(p + <usize>i * 4), f32x4.splat(scale)), f32x4.splat(shift)));
    v128.store(p + <usize>i * 4, e);
    sums = f32x4.add(sums, e);
  }
  let sum = sumLanes(sums);
  for (; i < count; i++) {
    const e = f32x4.extract_lane(exp4(f32x4.splat(load<f32>(p + <usize>i * 4) * scale - shift)), 0);
    store<f32>(p + <usize>i * 4, e);
    sum += e;
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function largest(p: usize, count: i32): f32 {
  let lanes = f32x4.splat(-Infinity);
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) lanes = f32x4.max(lanes, v128.load(p + <usize>i * 4));
  let value = maxLanes(lanes);
  for (; i < count; i++) value = max(value, load<f32>(p + <usize>i * 4));
  return value;
}

/** p[i] · factor, with dropout where threshold is not 0; `first`: index of the row's first element. */
// @ts-ignore: decorator
@inline
function scaleAndDrop(
  p: usize, count: i32, factor: f32, first: i32, multiplier: i32, increment: i32, threshold: i32, scale: f32,
): void {
  const lanes = f32x4.splat(threshold ? factor * scale : factor);
  // The scratch row is as long as a multiple of 8, so that the last group of four may reach over `count`.
  for (let i: i32 = 0; i < count; i += 4) {
    let value = f32x4.mul(v128.load(p + <usize>i * 4), lanes);
    if (threshold) value = v128.and(value, kept(first + i, multiplier, increment, threshold));
    v128.store(p + <usize>i * 4, value);
  }
}

/**
 * q: first query row, `queries` rows of `hidden` columns; kv: first key row, `keys` rows of 2 · hidden. Writes context
 * [queries, hidden] and logSumExp [queries, heads]. `firstRow`: number of the first query row, for dropout.
 */
export function attention(
  q: usize, kv: usize, context: usize, logSumExp: usize, queries: i32, keys: i32, hidden: i32, heads: i32,
  firstRow: i32, multiplier: i32, increment: i32, threshold: i32, dropScale: f32, scratch: usize,
): void {
  const size = hidden / heads;
  const wide = roundUp(keys, TILE_COLUMNS);
  const qPitch = <usize>hidden * 4;
  const kvPitch = <usize>hidden * 8;
  const scale: f32 = 1 / sqrt<f32>(<f32>size);
  const edge = scratch;
  const keysPacked = edge + <usize>(TILE_ROWS * TILE_COLUMNS) * 4;
  const valuesPacked = keysPacked + <usize>(wide * size) * 4;
  const scores = valuesPacked + <usize>(keys * roundUp(size, TILE_COLUMNS)) * 4;
  const rowsPacked = scores + <usize>(BLOCK * wide) * 4;

  for (let head: i32 = 0; head < heads; head++) {
    const column = <usize>(head * size) * 4;
    packColumns(kv + column, 4, kvPitch, size, keys, keysPacked);
    packColumns(kv + qPitch + column, kvPitch, 4, keys, size, valuesPacked);
    for (let row: i32 = 0; row < queries; row += BLOCK) {
      const count: i32 = min(BLOCK, queries - row);
      packRows(q + <usize>row * qPitch + column, qPitch, 4, count, size, rowsPacked);
      multiplyPacked(rowsPacked, keysPacked, scores, <usize>wide * 4, roundUp(count, TILE_ROWS), wide, size, false, edge);
      for (let i: i32 = 0; i < count; i++) {
        const p = scores + <usize>(i * wide) * 4;
        const shift = largest(p, keys) * scale;
        const sum = exponentials(p, keys, scale, shift);
        store<f32>(logSumExp + <usize>((row + i) * heads + head) * 4, shift + <f32>log(<f64>sum));
        const first = ((firstRow + row + i) * heads + head) * DROPOUT_STRIDE;
        scaleAndDrop(p, keys, 1 / sum, first, multiplier, increment, threshold, dropScale);
      }
      packRows(scores, <usize>wide * 4, 4, count, keys, rowsPacked);
      multiplyPacked(rowsPacked, valuesPacked, context + <usize>row * qPitch + column, qPitch, count, size, keys, false, edge);
    }
  }
}

/** Writes dq [queries, hidden] and dkv [keys, 2 · hidden]; `queries` is at least 1. The rest as in `attention`. */
export function attentionGradient(
  q: usize, kv: usize, context: usize, logSumExp: usize, dContext: usize, dq: usize, dkv: usize,
  queries: i32, keys: i32, hidden: i32, heads: i32,
  firstRow: i32, multiplier: i32, increment: i32, threshold: i32, dropScale: f32, scratch: usize,
): void {
  const size = hidden / heads;
  const sizeWide = roundUp(size, TILE_COLUMNS);
  const wide = roundUp(keys, TILE_COLUMNS);
  const pitch = <usize>hidden * 4;
  const kvPitch = <usize>hidden * 8;
  const scorePitch = <usize>wide * 4;
  const scale: f32 = 1 / sqrt<f32>(<f32>size);
  const edge = scratch;
  const keysAcross = edge + <usize>(TILE_ROWS * TILE_COLUMNS) * 4;
  const valuesAcross = keysAcross + <usize>(wide * size) * 4;
  const keysDown = valuesAcross + <usize>(wide * size) * 4;
  const p = keysDown + <usize>(keys * sizeWide) * 4;
  const dp = p + <usize>(BLOCK * wide) * 4;
  const queriesPacked = dp + <usize>(BLOCK * wide) * 4;
  const dContextPacked = queriesPacked + <usize>(BLOCK * sizeWide) * 4;
  const rowsPacked = dContextPacked + <usize>(BLOCK * sizeWide) * 4;

  for (let head: i32 = 0; head < heads; head++) {
    const column = <usize>(head * size) * 4;
    packColumns(kv + column, 4, kvPitch, size, keys, keysAcross);
    packColumns(kv + pitch + column, 4, kvPitch, size, keys, valuesAcross);
    packColumns(kv + column, kvPitch, 4, keys, size, keysDown);
    for (let row: i32 = 0; row < queries; row += BLOCK) {
      const count: i32 = min(BLOCK, queries - row);
      const tall = roundUp(count, TILE_ROWS);
      const from = <usize>row * pitch + column;
      packRows(q + from, pitch, 4, count, size, rowsPacked);
      multiplyPacked(rowsPacked, keysAcross, p, scorePitch, tall, wide, size, false, edge);
      packRows(dContext + from, pitch, 4, count, size, rowsPacked);
      multiplyPacked(rowsPacked, valuesAcross, dp, scorePitch, tall, wide, size, false, edge);
      for (let i: i32 = 0; i < count; i++) {
        const at = <usize>(row + i) * pitch + column;
        let centre: f32 = 0;
        for (let c: i32 = 0; c < size; c++) {
          centre += load<f32>(context + at + <usize>c * 4) * load<f32>(dContext + at + <usize>c * 4);
        }
        const pRow = p + <usize>i * scorePitch;
        const dpRow = dp + <usize>i * scorePitch;
        exponentials(pRow, keys, scale, load<f32>(logSumExp + <usize>((row + i) * heads + head) * 4));
        const first = ((firstRow + row + i) * heads + head) * DROPOUT_STRIDE;
        // dScores = p (dp · mask − centre) / √size, into dp; p · mask into p.
        for (let k: i32 = 0; k < keys; k += 4) {
          const probability = v128.load(pRow + <usize>k * 4);
          let dProbability = v128.load(dpRow + <usize>k * 4);
          if (threshold) {
            const mask = v128.and(f32x4.splat(dropScale), kept(first + k, multiplier, increment, threshold));
            dProbability = f32x4.mul(dProbability, mask);
            v128.store(pRow + <usize>k * 4, f32x4.mul(probability, mask));
          }
          const difference = f32x4.mul(f32x4.sub(dProbability, f32x4.splat(centre)), f32x4.splat(scale));
          v128.store(dpRow + <usize>k * 4, f32x4.mul(probability, difference));
        }
      }
      packRows(dp, scorePitch, 4, count, keys, rowsPacked);
      multiplyPacked(rowsPacked, keysDown, dq + from, pitch, count, size, keys, false, edge);
      packColumns(q + from, pitch, 4, count, size, queriesPacked);
      packRows(dp, 4, scorePitch, keys, count, rowsPacked);
      multiplyPacked(rowsPacked, queriesPacked, dkv + column, kvPitch, keys, size, count, row > 0, edge);
      packColumns(dContext + from, pitch, 4, count, size, dContextPacked);
      packRows(p, 4, scorePitch, keys, count, rowsPacked);
      multiplyPacked(rowsPacked, dContextPacked, dkv + pitch + column, kvPitch, keys, size, count, row > 0, edge);
    }
  }
}
