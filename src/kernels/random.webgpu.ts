import { maskConstants, type Dropout } from './dropout';
import type { UniformType } from './program.webgpu';

/** The counter hash of random.ts and the dropout mask of dropout.ts in WGSL. */
export const DROPOUT_UNIFORMS: Record<string, UniformType> = {
  multiplier: 'u32',
  increment: 'u32',
  threshold: 'u32',
  keepScale: 'f32',
  firstRow: 'u32',
};

/** Values of DROPOUT_UNIFORMS. */
export function dropoutUniforms(dropout: Dropout): Record<string, number> {
  const { multiplier, increment, threshold, scale } = maskConstants(dropout);
  return { multiplier, increment, threshold, keepScale: scale, firstRow: dropout.firstRow };
}

/** `mask(index)`: 0, or the factor of a kept element. Needs DROPOUT_UNIFORMS. */
export const MASK_WGSL = `
fn mix(value: u32) -> u32 {
  var x = value ^ (value >> 16u);
  x *= 0x21f0aaadu;
  x ^= x >> 15u;
  x *= 0xd35a2d97u;
  x ^= x >> 15u;
  return x;
}
fn mask(index: u32) -> f32 {
  return select(0.0, u.keepScale, mix(index * u.multiplier + u.increment) >= u.threshold);
}
`;
