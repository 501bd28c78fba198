import * as tf from '@tensorflow/tfjs';
import { isHalf, type GradientScale } from '../kernels/half';
import { addRowGradients, type RowGradient } from '../kernels/rows';

/**
 * The gradient of a loss with respect to a model's trainable parameters, by parameter name: dense tensors of the
 * parameter's shape, and touched rows for the embedding tables. Owns its tensors.
 */
export class Gradients {
  /** Of the backward under way: what gradients of activations are multiplied with while they are halves. */
  halfScale?: GradientScale | undefined;

  constructor(
    readonly dense: Map<string, tf.Tensor> = new Map(),
    readonly tables: Map<string, RowGradient> = new Map(),
  ) {}

  /** Adds the gradient of a parameter, or of a part of the batch with respect to it. Takes `tensor` over. */
  put(name: string, tensor: tf.Tensor): void {
    const own = this.dense.get(name);
    const sum = tf.keep(own ? tf.add(own, tensor) : tensor);
    if (own) tf.dispose([own, tensor]);
    this.dense.set(name, sum);
  }

  /** The same for the touched rows of a table. */
  putRows(name: string, gradient: RowGradient): void {
    const own = this.tables.get(name);
    const sum = own ? addRowGradients(own, gradient) : gradient;
    tf.keep(sum.values);
    if (own) tf.dispose([own.values, gradient.values]);
    this.tables.set(name, sum);
  }

  /** What takes the factor of `dy` out of a parameter's gradient made from it; undefined for floats, which have none. */
  inverseOf(dy: tf.Tensor): tf.Tensor1D | undefined {
    return isHalf(dy) ? this.halfScale!.inverse : undefined;
  }

  /** Every tensor of it, for a norm over all. */
  tensors(): tf.Tensor[] {
    return [...this.dense.values(), ...[...this.tables.values()].map(({ values }) => values)];
  }

  dispose(): void {
    tf.dispose(this.tensors());
    this.dense.clear();
    this.tables.clear();
  }
}
