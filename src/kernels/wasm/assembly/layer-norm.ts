// y = LayerNorm(dropout(x) + residual) γ + β and its gradient, a row at a time (../../layer-norm.ts).
import { kept } from './random';
import { madd, sumLanes } from './simd';

/** The four elements at `i` of dropout(x) + residual; residual 0: none; threshold 0: no dropout. */
// @ts-ignore: decorator
@inline
function total(
  x: usize, residual: usize, i: i32, first: i32, multiplier: i32, increment: i32, threshold: i32, scale: f32,
): v128 {
  let value = v128.load(x + <usize>i * 4);
  if (threshold) {
    value = v128.and(f32x4.mul(value, f32x4.splat(scale)), kept(first + i, multiplier, increment, threshold));
  }
  return residual ? f32x4.add(value, v128.load(residual + <usize>i * 4)) : value;
}

/** The same for one element. */
// @ts-ignore: decorator
@inline
function totalOfOne(
  x: usize, residual: usize, i: i32, first: i32, multiplier: i32, increment: i32, threshold: i32, scale: f32,
): f32 {
  let value = load<f32>(x + <usize>i * 4);
  if (threshold) {
    value = i32x4.extract_lane(kept(first + i, multiplier, increment, threshold), 0) ? value * scale : 0;
  }
  return residual ? value + load<f32>(residual + <usize>i * 4) : value;
}

/** Writes y [rows, columns] and statistics [rows, 2]: mean and 1 / √(variance + epsilon). */
export function layerNorm(
  x: usize, residual: usize, gamma: usize, beta: usize, y: usize, statistics: usize, rows: i32, columns: i32, epsilon: f32,
  first: i32, multiplier: i32, increment: i32, threshold: i32, scale: f32,
): void {
  const whole = columns & ~3;
  for (let row: i32 = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    let sum: f32 = 0;
    for (let i: i32 = 0; i < whole; i += 4) {
      const value = total(x, residual, i, first, multiplier, increment, threshold, scale);
      v128.store(y + <usize>i * 4, value);
      sums = f32x4.add(sums, value);
    }
    for (let i = whole; i < columns; i++) {
      const value = totalOfOne(x, residual, i, first, multiplier, increment, threshold, scale);
      store<f32>(y + <usize>i * 4, value);
      sum += value;
    }
    const mean = (sum + sumLanes(sums)) / <f32>columns;
    sums = f32x4.splat(0);
    sum = 0;
    for (let i: i32 = 0; i < whole; i += 4) {
      const centred = f32x4.sub(v128.load(y + <usize>i * 4), f32x4.splat(mean));
      sums = madd(centred, centred, sums);
    }
    for (let i = whole; i < columns; i++) {
      const centred = load<f32>(y + <usize>i * 4) - mean;
      sum += centred * centred;
    }
    const inverse: f32 = 1 / sqrt<f32>((sum + sumLanes(sums)) / <f32>columns + epsilon);
    for (let i: i32 = 0; i < whole; i += 4) {
      const centred = f32x4.sub(v128.load(y + <usize>i * 4), f32x4.splat(mean));
      const normalised = f32x4.mul(centred, f32x4.splat(inverse));
      v128.store(y + <usize>i * 4, madd(normalised, v128.load(gamma + <usize>i * 4), v128.load(beta + <usize>i * 4)));
    }
    for (let i = whole; i < columns; i++) {
      const normalised = (load<f32>(y + <usize>i * 4) - mean) * inverse;
      store<f32>(y + <usize>i * 4, normalised * load<f32>(gamma + <usize>i * 4) + load<f32>(beta + <usize>i * 4));
    }
    store<f32>(statistics, mean);
    store<f32>(statistics, inverse, 4);
    statistics += 8;
    x += <usize>columns * 4;
    if (residual) residual += <usize>columns * 4;
    y += <usize>columns * 4;
    first += columns;
  }
}

/** Writes dSum [rows, columns]; adds to dGamma and dBeta [columns]. */
export function layerNormGradient(
  dy: usize, x: usize, residual: usize, gamma: usize, statistics: usize, dSum: usize, dGamma: usize, dBeta: usize,
  rows: i32, columns: i32, first: i32, multiplier: i32, increment: i32, threshold: i32, scale: f32,
): void {
  const whole = columns & ~3;
  for (let row: i32 = 0; row < rows; row++) {
    const mean = load<f32>(statistics);
    const inverse = load<f32>(statistics, 4);
    let scaledSums = f32x4.splat(0);
    let productSums = f32x4.splat(0);
    let scaledSum: f32 = 0;
    let productSum: f32 = 0;
    for (let i: i32 = 0; i < whole; i += 4) {
      const at = <usize>i * 4;
      const centred = f32x4.sub(
        total(x, residual, i, first, multiplier, increment, threshold, scale), f32x4.splat(mean),
      );
      const normalised = f32x4.mul(centred, f32x4.splat(inverse));
      const d = v128.load(dy + at);
      v128.store(dSum + at, normalised);
      v128.store(dGamma + at, madd(d, normalised, v128.load(dGamma + at)));
      v128.store(dBeta + at, f32x4.add(d, v128.load(dBeta + at)));
      const scaled = f32x4.mul(d, v128.load(gamma + at));
      scaledSums = f32x4.add(scaledSums, scaled);
      productSums = madd(scaled, normalised, productSums);
    }
    for (let i = whole; i < columns; i++) {
      const at = <usize>i * 4;
      const value = totalOfOne(x, residual, i, first, multiplier, increment, threshold, scale);
      const normalised = (value - mean) * inverse;
      const d = load<f32>(dy + at);
      store<f32>(dSum + at, normalised);
      store<f32>(dGamma + at, load<f32>(dGamma + at) + d * normalised);
      store<f32>(dBeta + at, load<f32>(dBeta + at) + d);
      const scaled = d * load<f32>(gamma + at);
      scaledSum += scaled;
      productSum += scaled * normalised;
    }
    const scaledMean = (scaledSum + sumLanes(scaledSums)) / <f32>columns;
    const productMean = (productSum + sumLanes(productSums)) / <f32>columns;
    for (let i: i32 = 0; i < whole; i += 4) {
      const at = <usize>i * 4;
      const scaled = f32x4.mul(v128.load(dy + at), v128.load(gamma + at));
      const along = f32x4.mul(v128.load(dSum + at), f32x4.splat(productMean));
      const across = f32x4.sub(f32x4.sub(scaled, f32x4.splat(scaledMean)), along);
      v128.store(dSum + at, f32x4.mul(across, f32x4.splat(inverse)));
    }
    for (let i = whole; i < columns; i++) {
      const at = <usize>i * 4;
      const scaled = load<f32>(dy + at) * load<f32>(gamma + at);
      store<f32>(dSum + at, (scaled - scaledMean - load<f32>(dSum + at) * productMean) * inverse);
    }
    statistics += 8;
    dy += <usize>columns * 4;
    x += <usize>columns * 4;
    if (residual) residual += <usize>columns * 4;
    dSum += <usize>columns * 4;
    first += columns;
  }
}
