import { derivedSeed, normals, uniforms } from '../kernels/random';
import type { ParameterLayout } from './layout';

/** As transformers' initializer_range. */
const HEAD_DEVIATION = 0.02;

/**
 * Values of a parameter that a checkpoint need not have. A head: weights normal(0, 0.02), bias zero, as transformers starts them. LoRA's A [in, r]:
 * uniform within ±1/√in, which is torch.nn.init.kaiming_uniform_ with a = √5, as peft starts it.
 * @param place of the parameter among the model's: each has a stream of its own
 */
export function initialValues(layout: ParameterLayout, place: number, headSeed: number): Float32Array {
  const size = layout.shape.reduce((product, n) => product * n, 1);
  if (layout.initial === 'zeros') return new Float32Array(size);
  if (layout.initial === 'kaimingUniform') {
    return uniforms(size, 1 / Math.sqrt(layout.shape[0]!), derivedSeed(headSeed, place));
  }
  return normals(size, HEAD_DEVIATION, derivedSeed(headSeed, place));
}
