import * as tf from '@tensorflow/tfjs';
import { dropout, type Dropout } from '../kernels/dropout';
import { linear, linearInputGradient, linearWeightGradient } from '../kernels/linear';
import type { Gradients } from './gradients';
import type { ParameterLayout } from './layout';
import type { LoraOptions } from './lora-options';
import type { Parameter } from './parameters';

/**
 * Low-rank adaptation (Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021, equation 3): a linear layer's own weight is frozen,
 * and what is learnt is a product of two narrow matrices beside it.
 *
 *   y = x W + b + α/r · x A Bᵀ        W [in, out], A [in, r], B [out, r]
 *
 * A starts uniform within ±1/√in, B at zero, so that nothing changes before the first update: peft's `lora_A` and `lora_B`, whose shapes are
 * [r, in] and [out, r]. Adapters of keys and of values, which are one layer here, stay apart:
 *
 *   keyValue, [in, 2 · out]      A = [ A_key | A_value ]       B = │ B_key    0    │
 *                                                                │   0    B_value │
 */
export interface LinearAdapters {
  /** α/r */
  scale: number;
  /** Outputs of the whole layer. */
  columns: number;
  adapters: Adapter[];
}

interface Adapter {
  /** Which of the checkpoint's layers that lie side by side in this one. */
  part: number;
  a: Parameter;
  b: Parameter;
}

interface AdapterLayout {
  /** The linear layer, by its name in layout.ts. */
  linear: string;
  part: number;
  a: ParameterLayout;
  b: ParameterLayout;
}

/** A and B of every layer that the targets name. @throws Error when there is none. */
export function adapterLayouts(
  layouts: readonly ParameterLayout[],
  { rank, targets }: Pick<LoraOptions, 'rank' | 'targets'>,
): AdapterLayout[] {
  const found = layouts
    .filter(({ transposed }) => transposed)
    .flatMap(({ name, parts }) =>
      parts.flatMap((tensor, part): AdapterLayout[] => {
        const layer = tensor.name.replace(/\.weight$/, '');
        if (!targets.some((target) => layer.endsWith(`.${target}`))) return [];
        const [outputs, inputs] = tensor.shape as [number, number];
        const matrix = (of: 'lora_A' | 'lora_B', shape: number[], stored: number[]): ParameterLayout => ({
          name: `${layer}.${of}.weight`,
          shape,
          parts: [{ name: `${layer}.${of}.weight`, shape: stored }],
          transposed: of === 'lora_A',
          role: 'dense',
          initial: of === 'lora_A' ? 'kaimingUniform' : 'zeros',
          isAdapter: true,
        });
        return [
          {
            linear: name.replace(/\.weight$/, ''),
            part,
            a: matrix('lora_A', [inputs, rank], [rank, inputs]),
            b: matrix('lora_B', [outputs, rank], [outputs, rank]),
          },
        ];
      }),
    );
  if (found.length === 0) throw new Error(`LoRA: expected layers to adapt among ${targets.join(', ')}, found none`);
  return found;
}

/** The loaded adapters by the linear layer that they belong to. */
export function adaptersByLayer(
  layouts: readonly ParameterLayout[],
  parameters: ReadonlyMap<string, Parameter>,
  options: LoraOptions | undefined,
): Map<string, LinearAdapters> {
  const byLayer = new Map<string, LinearAdapters>();
  for (const { linear, part, a, b } of options ? adapterLayouts(layouts, options) : []) {
    const columns = parameters.get(`${linear}.weight`)!.layout.shape[1]!;
    const known = byLayer.get(linear) ?? { scale: options!.alpha / options!.rank, columns, adapters: [] };
    known.adapters.push({ part, a: parameters.get(a.name)!, b: parameters.get(b.name)! });
    byLayer.set(linear, known);
  }
  return byLayer;
}

/** α/r · A [in, r · adapters] and B [columns, r · adapters] of all adapters of a layer. */
function factors({ scale, columns, adapters }: LinearAdapters): { a: tf.Tensor2D; b: tf.Tensor2D } {
  const sides = adapters.map(({ part, a, b }) => {
    const outputs = b.variable.shape[0]!;
    const before = part * outputs;
    const whole = outputs === columns;
    const rows: [[number, number], [number, number]] = [
      [before, columns - before - outputs],
      [0, 0],
    ];
    return { a: a.variable as tf.Tensor, b: whole ? (b.variable as tf.Tensor) : tf.pad(b.variable, rows) };
  });
  const sideBySide = (matrices: tf.Tensor[]) => (matrices.length === 1 ? matrices[0]! : tf.concat(matrices, 1));
  return {
    a: tf.mul(sideBySide(sides.map((side) => side.a)), scale) as tf.Tensor2D,
    b: sideBySide(sides.map((side) => side.b)) as tf.Tensor2D,
  };
}

const times = (x: tf.Tensor2D, w: tf.Tensor2D) => linear(x, w, tf.zeros([w.shape[1]]));
/** x wᵀ + addend: the kernel is that of a linear layer's input gradient. */
const timesTransposed = (x: tf.Tensor2D, w: tf.Tensor2D, addend?: tf.Tensor2D) => linearInputGradient(x, w, addend);

/** y + α/r · x A Bᵀ: x [rows, in], y [rows, columns]. `mask` is dropout of x on its way to A. */
export function loraForward(
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  adapters: LinearAdapters,
  mask: Dropout | undefined,
): tf.Tensor2D {
  return tf.tidy(() => {
    const { a, b } = factors(adapters);
    return timesTransposed(times(mask ? dropout(x, mask) : x, a), b, y);
  });
}

/**
 * dL/dx through the adapters, added to `dx`, from dL/dy [rows, columns]; with the gradients of A and B put into `gradients`:
 *
 *   dA = α/r · xᵀ dy B        dB = dyᵀ · α/r · x A        dx = α/r · dy B Aᵀ
 */
export function loraBackward(
  x: tf.Tensor2D,
  dy: tf.Tensor2D,
  dx: tf.Tensor2D,
  layer: LinearAdapters,
  mask: Dropout | undefined,
  gradients: Gradients,
): tf.Tensor2D {
  return tf.tidy(() => {
    const { a, b } = factors(layer);
    const input = mask ? dropout(x, mask) : x;
    const dNarrow = times(dy, b);
    const [dA] = linearWeightGradient(input, dNarrow);
    const [dB] = linearWeightGradient(dy, times(input, a));
    layer.adapters.forEach((adapter, i) => {
      const [inputs, rank] = adapter.a.variable.shape as [number, number];
      const outputs = adapter.b.variable.shape[0]!;
      const dOwnA = tf.mul(tf.slice(dA, [0, i * rank], [inputs, rank]), layer.scale);
      const dOwnB = tf.slice(dB, [adapter.part * outputs, i * rank], [outputs, rank]);
      gradients.put(adapter.a.name, dOwnA);
      gradients.put(adapter.b.name, dOwnB);
    });
    if (!mask) return timesTransposed(dNarrow, a, dx);
    return tf.add(dx, dropout(timesTransposed(dNarrow, a), mask)) as tf.Tensor2D;
  });
}

/** W + α/r · A Bᵀ: the weight [in, columns] of a layer that does the same without adapters. */
export function merged(weight: tf.Tensor2D, adapters: LinearAdapters): tf.Tensor2D {
  return tf.tidy(() => {
    const { a, b } = factors(adapters);
    return timesTransposed(a, b, weight);
  });
}
