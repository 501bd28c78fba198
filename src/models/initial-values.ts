import { derivedSeed, normals } from '../kernels/random';
import type { ParameterLayout } from './layout';

/** As transformers' initializer_range. */
const HEAD_DEVIATION = 0.02;

/**
 * Values of a parameter that a checkpoint need not have (a head): weights normal(0, 0.02), bias zero, as transformers starts them.
 * @param place of the parameter among the model's: each has a stream of its own
 */
export function initialValues(layout: ParameterLayout, place: number, headSeed: number): Float32Array {
  const size = layout.shape.reduce((product, n) => product * n, 1);
  if (layout.initial === 'zeros') return new Float32Array(size);
  return normals(size, HEAD_DEVIATION, derivedSeed(headSeed, place));
}
