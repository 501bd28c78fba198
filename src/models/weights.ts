import * as tf from '@tensorflow/tfjs';
import { linear, linearInputGradient, linearWeightGradient } from '../kernels/linear';
import type { ActivationName } from '../kernels/activation-names';
import { layerNormGradient, type LayerNormInputs } from '../kernels/layer-norm';
import type { Gradients } from './gradients';
import type { Parameter } from './parameters';

/**
 * A model's parameters as its blocks use them: by name, and with the gradient of a parameter going where it belongs.
 */
export class Weights {
  constructor(private readonly parameters: ReadonlyMap<string, Parameter>) {}

  /** A parameter by its name in layout.ts. */
  parameter(name: string): Parameter {
    const parameter = this.parameters.get(name);
    if (!parameter) throw new Error(`the model has no parameter ${name}`);
    return parameter;
  }

  vector(name: string): tf.Tensor1D {
    return this.parameter(name).variable as unknown as tf.Tensor1D;
  }

  matrix(name: string): tf.Tensor2D {
    return this.parameter(name).variable as unknown as tf.Tensor2D;
  }

  /** The linear layer `name` on x [rows, in] → [rows, out]. */
  linear(name: string, x: tf.Tensor2D, activation?: ActivationName): tf.Tensor2D {
    return linear(x, this.matrix(`${name}.weight`), this.vector(`${name}.bias`), activation);
  }

  /** Gradient of `linear`: that of its parameters into `gradients`, and returns dL/dx, plus `addend`. */
  linearGradient(
    name: string,
    x: tf.Tensor2D,
    dy: tf.Tensor2D,
    gradients: Gradients,
    addend?: tf.Tensor2D,
  ): tf.Tensor2D {
    const [dWeight, dBias] = linearWeightGradient(x, dy);
    gradients.dense.set(`${name}.weight`, tf.keep(dWeight));
    gradients.dense.set(`${name}.bias`, tf.keep(dBias));
    return linearInputGradient(dy, this.matrix(`${name}.weight`), addend);
  }

  /** What `layerNorm` takes for the norm `name`. */
  norm(name: string, inputs: Omit<LayerNormInputs, 'gamma'>): LayerNormInputs {
    return { ...inputs, gamma: this.vector(`${name}.weight`) };
  }

  /** Gradient of `layerNorm`: that of γ and β into `gradients`, and returns dL/d(sum). */
  normGradient(
    name: string,
    inputs: LayerNormInputs,
    statistics: tf.Tensor2D,
    dy: tf.Tensor2D,
    gradients: Gradients,
  ): tf.Tensor2D {
    const [dSum, dGamma, dBeta] = layerNormGradient(dy, inputs, statistics);
    gradients.dense.set(`${name}.weight`, tf.keep(dGamma));
    gradients.dense.set(`${name}.bias`, tf.keep(dBeta));
    return dSum;
  }
}
