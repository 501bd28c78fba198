// AdamW in place (../../adam-w.ts has the formulas). `rate` is learningRate / (1 − β₁ᵗ), `correction` 1 / √(1 − β₂ᵗ),
// `decay` 1 − learningRate · weightDecay, `clip` the factor of the gradient.
import { madd } from './simd';

/** One update of `count` elements; g 0: a gradient of zeros. */
export function adamW(
  w: usize, g: usize, m: usize, v: usize, count: i32,
  clip: f32, beta1: f32, beta2: f32, rate: f32, correction: f32, epsilon: f32, decay: f32,
): void {
  const rest1: f32 = 1 - beta1;
  const rest2: f32 = 1 - beta2;
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) {
    const at = <usize>i * 4;
    const gradient = g ? f32x4.mul(v128.load(g + at), f32x4.splat(clip)) : f32x4.splat(0);
    const first = madd(v128.load(m + at), f32x4.splat(beta1), f32x4.mul(gradient, f32x4.splat(rest1)));
    const square = f32x4.mul(gradient, gradient);
    const second = madd(v128.load(v + at), f32x4.splat(beta2), f32x4.mul(square, f32x4.splat(rest2)));
    v128.store(m + at, first);
    v128.store(v + at, second);
    const denominator = madd(f32x4.sqrt(second), f32x4.splat(correction), f32x4.splat(epsilon));
    const change = f32x4.div(f32x4.mul(first, f32x4.splat(rate)), denominator);
    v128.store(w + at, f32x4.sub(f32x4.mul(v128.load(w + at), f32x4.splat(decay)), change));
  }
  for (; i < count; i++) {
    const at = <usize>i * 4;
    const gradient: f32 = g ? load<f32>(g + at) * clip : 0;
    const first = load<f32>(m + at) * beta1 + gradient * rest1;
    const second = load<f32>(v + at) * beta2 + gradient * gradient * rest2;
    store<f32>(m + at, first);
    store<f32>(v + at, second);
    const denominator = sqrt<f32>(second) * correction + epsilon;
    store<f32>(w + at, load<f32>(w + at) * decay - (first * rate) / denominator);
  }
}

/** A table of `entries` rows; `places` int32 [entries]: the row's place in `values`, or −1. */
export function adamWRows(
  w: usize, values: usize, places: usize, m: usize, v: usize, entries: i32, columns: i32,
  clip: f32, beta1: f32, beta2: f32, rate: f32, correction: f32, epsilon: f32, decay: f32,
): void {
  const pitch = <usize>columns * 4;
  for (let entry: i32 = 0; entry < entries; entry++) {
    const place = load<i32>(places + <usize>entry * 4);
    const g: usize = place < 0 ? 0 : values + <usize>place * pitch;
    const at = <usize>entry * pitch;
    adamW(w + at, g, m + at, v + at, columns, clip, beta1, beta2, rate, correction, epsilon, decay);
  }
}
