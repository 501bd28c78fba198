import * as tf from '@tensorflow/tfjs';
import { addRowGradients, type RowGradient } from '../kernels/rows';

/**
 * The gradient of a loss with respect to a model's trainable parameters, by parameter name: dense tensors of the
 * parameter's shape, and touched rows for the embedding tables. Owns its tensors.
 */
export class Gradients {
  constructor(
    readonly dense: Map<string, tf.Tensor> = new Map(),
    readonly tables: Map<string, RowGradient> = new Map(),
  ) {}

  /** Adds `other` to this gradient and disposes `other`. Either may be empty. */
  add(other: Gradients): void {
    for (const [name, tensor] of other.dense) {
      const own = this.dense.get(name);
      if (own) this.replace(name, tf.add(own, tensor));
      else this.dense.set(name, tensor.clone());
    }
    for (const [name, gradient] of other.tables) {
      const own = this.tables.get(name);
      const sum = own ? addRowGradients(own, gradient) : { rows: gradient.rows, values: gradient.values.clone() };
      own?.values.dispose();
      this.tables.set(name, sum);
    }
    other.dispose();
  }

  /** Multiplies this gradient by a number. */
  scale(factor: number): void {
    for (const [name, tensor] of this.dense) this.replace(name, tf.mul(tensor, factor));
    for (const [name, { rows, values }] of this.tables) {
      this.tables.set(name, { rows, values: tf.mul(values, factor) });
      values.dispose();
    }
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

  private replace(name: string, tensor: tf.Tensor): void {
    this.dense.get(name)?.dispose();
    this.dense.set(name, tensor);
  }
}
