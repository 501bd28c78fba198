import * as tf from '@tensorflow/tfjs';
import type { ActivationName } from './activation-names';
import { hasKernel, runKernel } from './kernel';

/** An activation: value and derivative, in stock ops. */
interface Formula {
  value(x: tf.Tensor): tf.Tensor;
  derivative(x: tf.Tensor): tf.Tensor;
}

const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** Argument of the tanh in `gelu_new`: √(2/π) (x + 0.044715 x³). */
const inner = (x: tf.Tensor) => tf.mul(SQRT_2_OVER_PI, tf.add(x, tf.mul(CUBIC, tf.mul(x, tf.square(x)))));

const FORMULAS: Record<ActivationName, Formula> = {
  /** x Φ(x), Φ by erf (Hendrycks & Gimpel, 2016): what BERT and ELECTRA call `gelu`. */
  gelu: {
    value: (x) => tf.mul(x, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))))),
    derivative: (x) =>
      tf.add(
        tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))),
        tf.mul(x, tf.mul(1 / Math.sqrt(2 * Math.PI), tf.exp(tf.mul(-0.5, tf.square(x))))),
      ),
  },
  /** The tanh approximation of the same paper. */
  gelu_new: {
    value: (x) => tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner(x)))),
    derivative: (x) => {
      const t = tf.tanh(inner(x));
      const slope = tf.mul(SQRT_2_OVER_PI, tf.add(1, tf.mul(3 * CUBIC, tf.square(x))));
      return tf.add(tf.mul(0.5, tf.add(1, t)), tf.mul(tf.mul(0.5, x), tf.mul(tf.sub(1, tf.square(t)), slope)));
    },
  },
  relu: { value: (x) => tf.relu(x), derivative: (x) => tf.cast(tf.greater(x, 0), 'float32') },
  tanh: { value: (x) => tf.tanh(x), derivative: (x) => tf.sub(1, tf.square(tf.tanh(x))) },
};

/** Stock-op version of `activate`. */
export function activateReference<T extends tf.Tensor>(x: T, name: ActivationName): T {
  return tf.tidy(() => FORMULAS[name].value(x) as T);
}

/** Stock-op version of `activateGradient`. */
export function activateGradientReference<T extends tf.Tensor>(x: T, dy: T, name: ActivationName): T {
  return tf.tidy(() => tf.mul(dy, FORMULAS[name].derivative(x)) as T);
}

/**
 * The activation of each element of `x`.
 *
 * Kernel `Activation`: {x}, attributes {name} → y, of x's shape.
 */
export function activate<T extends tf.Tensor>(x: T, name: ActivationName): T {
  if (hasKernel('Activation')) return runKernel('Activation', { x }, { name }) as unknown as T;
  return activateReference(x, name);
}

/**
 * dL/dx from dL/dy, with `x` the activation's input.
 *
 * Kernel `ActivationGrad`: {x, dy}, attributes {name} → dx, of x's shape.
 */
export function activateGradient<T extends tf.Tensor>(x: T, dy: T, name: ActivationName): T {
  if (hasKernel('ActivationGrad')) return runKernel('ActivationGrad', { x, dy }, { name }) as unknown as T;
  return activateGradientReference(x, dy, name);
}
