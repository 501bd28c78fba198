import * as tf from '@tensorflow/tfjs';
import { activate } from '../kernels/activation';
import type { ActivationName } from '../kernels/activation-names';
import type { Dropout } from '../kernels/dropout';
import { isHalf, toFloat, toHalf, type GradientScale } from '../kernels/half';
import { linear, linearInputGradient, linearWeightGradient } from '../kernels/linear';
import { layerNormGradient, type LayerNormInputs } from '../kernels/layer-norm';
import type { Gradients } from './gradients';
import type { Precision } from '../kernels/precision';
import { loraBackward, loraForward, type LinearAdapters } from './lora';
import type { Parameter } from './parameters';

/**
 * A model's parameters as its blocks use them: by name, and with the gradient of a parameter going where it belongs, or nowhere
 * where it is frozen.
 */
export class Weights {
  constructor(
    private readonly parameters: ReadonlyMap<string, Parameter>,
    /** LoRA's matrices by linear layer; empty without. */
    private readonly adapters: ReadonlyMap<string, LinearAdapters> = new Map(),
    readonly precision: Precision = 'f32',
  ) {}

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

  /** A linear layer's weight as `x` is: floats or halves. */
  private weightFor(name: string, x: tf.Tensor): tf.Tensor2D {
    return isHalf(x) ? this.parameter(`${name}.weight`).half! : this.matrix(`${name}.weight`);
  }

  /** The linear layer `name` on x [rows, in] → [rows, out]; `mask` is dropout of x on its way into the layer's adapters, if it has any. */
  linear(name: string, x: tf.Tensor2D, activation?: ActivationName, mask?: Dropout): tf.Tensor2D {
    const [weight, bias] = [this.weightFor(name, x), this.vector(`${name}.bias`)];
    const adapters = this.adapters.get(name);
    if (!adapters) return linear(x, weight, bias, activation);
    return tf.tidy(() => {
      const own = linear(x, weight, bias);
      const y = inFloats([x, own], undefined, (...floats) => loraForward(...floats, adapters, mask));
      return activation ? activate(y, activation) : y;
    });
  }

  /** Gradient of `linear`: that of its parameters into `gradients`, and returns dL/dx, plus `addend`. */
  linearGradient(
    name: string,
    x: tf.Tensor2D,
    dy: tf.Tensor2D,
    gradients: Gradients,
    addend?: tf.Tensor2D,
    mask?: Dropout,
  ): tf.Tensor2D {
    if (this.parameter(`${name}.weight`).trainable) {
      const [dWeight, dBias] = linearWeightGradient(x, dy, gradients.inverseOf(dy));
      gradients.put(`${name}.weight`, dWeight);
      gradients.put(`${name}.bias`, dBias);
    }
    const adapters = this.adapters.get(name);
    const weight = this.weightFor(name, dy);
    if (!adapters) return linearInputGradient(dy, weight, addend);
    return tf.tidy(() => {
      const dx = linearInputGradient(dy, weight, addend);
      return inFloats([dy, dx], gradients.halfScale, (dyFloats, dxFloats) =>
        loraBackward(isHalf(x) ? toFloat(x) : x, dyFloats, dxFloats, adapters, mask, gradients),
      );
    });
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
    const [dSum, dGamma, dBeta] = layerNormGradient(dy, inputs, statistics, gradients.inverseOf(dy));
    if (this.parameter(`${name}.weight`).trainable) {
      gradients.put(`${name}.weight`, dGamma);
      gradients.put(`${name}.bias`, dBeta);
    } else {
      tf.dispose([dGamma, dBeta]);
    }
    return dSum;
  }
}

/** What `compute` makes of two matrices in floats, back in halves where they are such; `scale` is that of gradients. */
function inFloats(
  [x, y]: [tf.Tensor2D, tf.Tensor2D],
  scale: GradientScale | undefined,
  compute: (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor2D,
): tf.Tensor2D {
  if (!isHalf(x)) return compute(x, y);
  return toHalf(compute(toFloat(x, scale?.inverse), toFloat(y, scale?.inverse)), scale?.factor);
}
