// Activations and their derivatives. Codes: 0 none, 1 gelu, 2 gelu_new, 3 relu, 4 tanh.
import { exp4, madd } from './simd';

// @ts-ignore: decorator
@inline
function clamp(x: v128, bound: f32): v128 {
  return f32x4.max(f32x4.min(x, f32x4.splat(bound)), f32x4.splat(-bound));
}

/** erf, rational of degrees 13 and 8 on [−4, 4] (Eigen's generic_fast_erf). */
// @ts-ignore: decorator
@inline
function erf4(value: v128): v128 {
  const x = clamp(value, 4);
  const u = f32x4.mul(x, x);
  let p = f32x4.splat(-2.72614225801306e-10);
  p = madd(p, u, f32x4.splat(2.77068142495902e-8));
  p = madd(p, u, f32x4.splat(-2.10102402082508e-6));
  p = madd(p, u, f32x4.splat(-5.69250639462346e-5));
  p = madd(p, u, f32x4.splat(-7.34990630326855e-4));
  p = madd(p, u, f32x4.splat(-2.954599808544e-3));
  p = madd(p, u, f32x4.splat(-1.60960333262415e-2));
  let q = f32x4.splat(-1.45660718464996e-5);
  q = madd(q, u, f32x4.splat(-2.13374055278905e-4));
  q = madd(q, u, f32x4.splat(-1.68282697438203e-3));
  q = madd(q, u, f32x4.splat(-7.37332916720468e-3));
  q = madd(q, u, f32x4.splat(-1.42647390514189e-2));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** tanh, rational of degrees 13 and 6 on [−7.9, 7.9] (Eigen's generic_fast_tanh). */
// @ts-ignore: decorator
@inline
function tanh4(value: v128): v128 {
  const x = clamp(value, 7.90531110763549805);
  const u = f32x4.mul(x, x);
  let p = f32x4.splat(-2.76076847742355e-16);
  p = madd(p, u, f32x4.splat(2.00018790482477e-13));
  p = madd(p, u, f32x4.splat(-8.60467152213735e-11));
  p = madd(p, u, f32x4.splat(5.12229709037114e-8));
  p = madd(p, u, f32x4.splat(1.48572235717979e-5));
  p = madd(p, u, f32x4.splat(6.37261928875436e-4));
  p = madd(p, u, f32x4.splat(4.89352455891786e-3));
  let q = f32x4.splat(1.19825839466702e-6);
  q = madd(q, u, f32x4.splat(1.18534705686654e-4));
  q = madd(q, u, f32x4.splat(2.268434632439e-3));
  q = madd(q, u, f32x4.splat(4.89352518554385e-3));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** Φ(x), the normal distribution function. */
// @ts-ignore: decorator
@inline
function normal4(x: v128): v128 {
  return madd(erf4(f32x4.mul(x, f32x4.splat(0.70710678))), f32x4.splat(0.5), f32x4.splat(0.5));
}

/** √(2/π) (x + 0.044715 x³). */
// @ts-ignore: decorator
@inline
function inner4(x: v128): v128 {
  const u = f32x4.mul(x, x);
  return f32x4.mul(f32x4.mul(x, f32x4.splat(0.79788456)), madd(u, f32x4.splat(0.044715), f32x4.splat(1)));
}

// @ts-ignore: decorator
@inline
function value(x: v128, code: i32): v128 {
  if (code == 1) return f32x4.mul(x, normal4(x));
  if (code == 2) return f32x4.mul(f32x4.mul(x, f32x4.splat(0.5)), f32x4.add(tanh4(inner4(x)), f32x4.splat(1)));
  if (code == 3) return f32x4.max(x, f32x4.splat(0));
  return tanh4(x);
}

// @ts-ignore: decorator
@inline
function derivative(x: v128, code: i32): v128 {
  const one = f32x4.splat(1);
  const u = f32x4.mul(x, x);
  if (code == 1) {
    const density = f32x4.mul(exp4(f32x4.mul(u, f32x4.splat(-0.5))), f32x4.splat(0.39894228));
    return madd(x, density, normal4(x));
  }
  if (code == 2) {
    const inner = inner4(x);
    const t = tanh4(inner);
    const slope = f32x4.mul(madd(u, f32x4.splat(3 * 0.044715), one), f32x4.splat(0.79788456));
    const half = f32x4.splat(0.5);
    const curved = f32x4.mul(f32x4.mul(x, half), f32x4.mul(f32x4.sub(one, f32x4.mul(t, t)), slope));
    // Far out 1 − t² is rounding noise, which x³ would blow up.
    const isNear = f32x4.lt(f32x4.abs(inner), f32x4.splat(7.9));
    return madd(f32x4.add(t, one), half, v128.and(curved, isNear));
  }
  if (code == 3) return v128.and(one, f32x4.gt(x, f32x4.splat(0)));
  const t = tanh4(x);
  return f32x4.sub(one, f32x4.mul(t, t));
}

/** y = activation(x), `count` elements; y may be x. */
export function activate(x: usize, y: usize, count: i32, code: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) v128.store(y + <usize>i * 4, value(v128.load(x + <usize>i * 4), code));
  for (; i < count; i++) {
    store<f32>(y + <usize>i * 4, f32x4.extract_lane(value(v128.load32_splat(x + <usize>i * 4), code), 0));
  }
}

/** dx = dy · activation′(x), `count` elements. */
export function activateGradient(x: usize, dy: usize, dx: usize, count: i32, code: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= count; i += 4) {
    const slope = derivative(v128.load(x + <usize>i * 4), code);
    v128.store(dx + <usize>i * 4, f32x4.mul(v128.load(dy + <usize>i * 4), slope));
  }
  for (; i < count; i++) {
    const slope = f32x4.extract_lane(derivative(v128.load32_splat(x + <usize>i * 4), code), 0);
    store<f32>(dx + <usize>i * 4, load<f32>(dy + <usize>i * 4) * slope);
  }
}
