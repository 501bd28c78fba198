import * as tf from '@tensorflow/tfjs';
import type { NamedArray } from '../formats/named-array';
import { toHalf } from '../kernels/half';
import type { Precision } from '../kernels/precision';
import { readBack } from '../kernels/read-back';
import type { ModelConfig } from './config';
import { initialValues } from './initial-values';
import { parameterLayouts, placePart, takePart, type ParameterLayout } from './layout';
import { adapterLayouts } from './lora';
import type { LoraOptions } from './lora-options';
import { canonicalName } from './weight-names';

/** A parameter of a model on the current backend. */
export interface Parameter {
  name: string;
  layout: ParameterLayout;
  variable: tf.Variable;
  /** With precision f16, of the encoder's matrices: the copy in halves that products read; the optimiser keeps it up to date. */
  half?: tf.Tensor2D;
  /** False for what is frozen: never updated, never decayed, no gradient computed. */
  trainable: boolean;
}

export interface ParameterOptions {
  /** Seed of what the checkpoint does not have (`initialValues`): a head, LoRA's matrices. */
  headSeed: number;
  freezePositionEmbeddings: boolean;
  /** Only adapters and the classifier are trained, as with peft's `TaskType.SEQ_CLS`; without it all parameters. */
  lora?: LoraOptions;
  /** Default f32. */
  precision?: Precision;
}

const shapeText = (shape: number[]) => `[${shape.join(', ')}]`;

/** Whether a run with these options updates the parameter. */
function isTrained({ name, isAdapter, isPosition }: ParameterLayout, options: ParameterOptions): boolean {
  if (options.lora) return isAdapter === true || name.startsWith('classifier.');
  return !(isPosition && options.freezePositionEmbeddings);
}

/**
 * Puts a model's parameters on the current backend, from the tensors of a checkpoint in any order; of one that comes twice the first
 * counts. They are a cross-encoder's unless `own` says otherwise. Tensors that the model does not have (a language-model head, position ids) are passed over. Throws an error naming the tensor where one of the
 * encoder is missing or has another shape, and leaves nothing allocated.
 */
export async function loadParameters(
  config: ModelConfig,
  arrays: AsyncIterable<NamedArray>,
  options: ParameterOptions,
  own: readonly ParameterLayout[] = parameterLayouts(config),
): Promise<Map<string, Parameter>> {
  const adapters = options.lora ? adapterLayouts(own, options.lora).flatMap(({ a, b }) => [a, b]) : [];
  const layouts = [...own, ...adapters];
  const places = new Map(
    layouts.flatMap((layout) => layout.parts.map(({ name }, part) => [name, { layout, part }] as const)),
  );
  const waiting = new Map<ParameterLayout, { values: Float32Array; missing: Set<number> }>();
  const loaded = new Map<ParameterLayout, tf.Variable>();

  try {
    for await (const { name, shape, values } of arrays) {
      const place = places.get(canonicalName(name, config.family));
      if (!place || loaded.has(place.layout)) continue;
      const { layout, part } = place;
      const expected = layout.parts[part]!.shape;
      if (!tf.util.arraysEqual(shape, expected)) {
        throw new Error(
          `tensor ${name}: expected shape ${shapeText(expected)}, found ${shapeText(shape)}; is config.json of the same model?`,
        );
      }
      const target = waiting.get(layout) ?? {
        values: new Float32Array(tf.util.sizeFromShape(layout.shape)),
        missing: new Set(layout.parts.keys()),
      };
      placePart(target.values, layout, part, values);
      target.missing.delete(part);
      waiting.set(layout, target);
      if (target.missing.size > 0) continue;
      loaded.set(layout, variableOf(target.values, layout));
      waiting.delete(layout);
      if (loaded.size === layouts.length) break;
    }
    layouts.forEach((layout, place) => {
      if (loaded.has(layout)) return;
      const lacking = layout.parts.find((_, part) => waiting.get(layout)?.missing.has(part) ?? true)!;
      if (!layout.initial) {
        throw new Error(
          `tensor ${lacking.name}: expected shape ${shapeText(lacking.shape)}, found no such tensor in the checkpoint`,
        );
      }
      loaded.set(layout, variableOf(initialValues(layout, place, options.headSeed), layout));
    });
  } catch (error) {
    tf.dispose([...loaded.values()]);
    throw error;
  }
  return new Map(
    layouts.map((layout) => {
      const variable = loaded.get(layout)!;
      const half =
        options.precision === 'f16' && isEncoderMatrix(layout) && toHalf(variable as tf.Tensor as tf.Tensor2D);
      const parameter = { name: layout.name, layout, variable, trainable: isTrained(layout, options) };
      return [layout.name, half ? { ...parameter, half } : parameter];
    }),
  );
}

/** The head is small, and LoRA's matrices begin too near to zero for halves: what a checkpoint need not have stays in floats. */
const isEncoderMatrix = ({ transposed, initial }: ParameterLayout) => transposed && initial === undefined;

function variableOf(values: Float32Array, { shape }: ParameterLayout): tf.Variable {
  const tensor = tf.tensor(values, shape, 'float32');
  const variable = tf.variable(tensor);
  tensor.dispose();
  return variable;
}

/** A parameter's values, or a tensor of its shape such as a gradient, as the tensors of a checkpoint. */
export async function* checkpointArrays(layout: ParameterLayout, tensor: tf.Tensor): AsyncGenerator<NamedArray> {
  const values = (await readBack(tensor, layout.name)) as Float32Array;
  for (const [part, { name, shape }] of layout.parts.entries()) {
    yield { name, shape, values: takePart(values, layout, part) };
  }
}
