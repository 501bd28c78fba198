import * as tf from '@tensorflow/tfjs';
import type { NamedArray } from '../formats/named-array';
import { halfGradientScale, isHalf, toFloat, toHalf } from '../kernels/half';
import type { Precision } from '../kernels/precision';
import { firstTokenSegments, selfSegments } from '../kernels/segments';
import type { RaggedBatch } from '../text/ragged-batch';
import type { DropoutProbabilities, ModelConfig } from './config';
import { dropoutPlan, type DropoutPlan, type DropoutSeed } from './dropout-plan';
import { embeddingsBackward, embeddingsForward, tableRows } from './embeddings';
import {
  disposeActivations,
  keepingActivations,
  layerBackward,
  layerForward,
  recomputingActivations,
  type LayerContext,
  type RunLayer,
} from './encoder-layer';
import { FAMILIES } from './families';
import { Gradients } from './gradients';
import { headBackward, headForward } from './head';
import { parameterLayouts } from './layout';
import { adaptersByLayer, merged, type LinearAdapters } from './lora';
import { checkpointArrays, loadParameters, type Parameter, type ParameterOptions } from './parameters';
import { Weights } from './weights';

export interface LoadOptions extends ParameterOptions {
  /** Replaces the head's last layer: weight [hidden], bias [1]. */
  head?: { weight: ArrayLike<number>; bias: ArrayLike<number> };
  /** In place of the probabilities of config.json; one number is for all three. */
  dropout?: number | DropoutProbabilities;
}

export interface BackwardOptions {
  /** What the gradients are added to, and is returned; new ones if left out. Void when an error is thrown. */
  into?: Gradients;
  /** Whether layers keep their inputs only, and compute the rest again: the same gradients in a third of the memory, or less. */
  recompute?: boolean;
}

export interface LossAndGradients {
  loss: tf.Scalar;
  /** [sequences] */
  logits: tf.Tensor1D;
  gradients: Gradients;
}

/**
 * A BERT-shaped cross-encoder: one score for each sequence of a ragged batch (Nogueira & Cho, 2019), on whatever backend
 * tfjs runs. Tensors that its methods return are the caller's to dispose.
 *
 *   batch ─► embeddings ─► layer 0 ─► … ─► last layer, first tokens only ─► head ─► logits [sequences]
 *            └──────────── with precision f16 in halves (kernels/half.ts) ──────┘
 */
export class CrossEncoder {
  readonly precision: Precision;
  private readonly weights: Weights;
  private readonly adapters: Map<string, LinearAdapters>;
  private readonly probabilities: DropoutProbabilities & { lora: number };

  private constructor(
    readonly config: ModelConfig,
    private readonly byName: Map<string, Parameter>,
    { dropout, lora, precision = 'f32' }: LoadOptions,
  ) {
    this.precision = precision;
    this.adapters = adaptersByLayer(parameterLayouts(config), byName, lora);
    this.weights = new Weights(byName, this.adapters, precision);
    const probabilities =
      typeof dropout === 'number'
        ? { hidden: dropout, attention: dropout, classifier: dropout }
        : (dropout ?? config.dropout);
    this.probabilities = { ...probabilities, lora: lora?.dropout ?? 0 };
  }

  /**
   * Puts a checkpoint's weights on the current backend. Throws an error naming the tensor, the expected and the found
   * shape where one of the encoder is missing or has another shape; a head that is not there is made from `headSeed`.
   */
  static async load(
    config: ModelConfig,
    arrays: AsyncIterable<NamedArray>,
    options: LoadOptions,
  ): Promise<CrossEncoder> {
    const { head } = options;
    if (head && (head.weight.length !== config.hiddenSize || head.bias.length !== 1)) {
      throw new Error(
        `head: expected weight [${config.hiddenSize}] and bias [1], found [${head.weight.length}] and [${head.bias.length}]`,
      );
    }
    const parameters = await loadParameters(config, arrays, options);
    const model = new CrossEncoder(config, parameters, options);
    if (head) {
      const { output } = FAMILIES[config.family];
      const assign = (name: string, values: ArrayLike<number>, shape: number[]) =>
        tf.tidy(() => model.weights.parameter(name).variable.assign(tf.tensor(Float32Array.from(values), shape)));
      assign(`${output}.weight`, head.weight, [config.hiddenSize, 1]);
      assign(`${output}.bias`, head.bias, [1]);
    }
    return model;
  }

  /** All parameters, in a checkpoint's order, and after them LoRA's. */
  parameters(): Parameter[] {
    return [...this.byName.values()];
  }

  /** The checkpoint's tensors in their names and layout on the hub; adapters are merged into the layers that they belong to. */
  async *arrays(): AsyncGenerator<NamedArray> {
    for (const { name, layout, variable } of this.byName.values()) {
      if (layout.isAdapter) continue;
      const adapters = name.endsWith('.weight') && this.adapters.get(name.slice(0, -'.weight'.length));
      if (!adapters) {
        yield* checkpointArrays(layout, variable);
        continue;
      }
      const whole = merged(variable as unknown as tf.Tensor2D, adapters);
      try {
        yield* checkpointArrays(layout, whole);
      } finally {
        whole.dispose();
      }
    }
  }

  /**
   * What training changes, as it is: with LoRA its matrices, unmerged, and the classifier. Loaded over the checkpoint that this
   * model was loaded from, it makes this model again.
   */
  async *trainedArrays(): AsyncGenerator<NamedArray> {
    for (const { layout, variable, trainable } of this.byName.values()) {
      if (trainable) yield* checkpointArrays(layout, variable);
    }
  }

  /** Scores of the batch's sequences [sequences]; dropout only with a seed. */
  logits(batch: RaggedBatch, dropout?: DropoutSeed): tf.Tensor1D {
    return tf.tidy(() => {
      const { plan, rows, layers } = this.prepare(batch, dropout);
      let x = embeddingsForward(this.config, this.weights, rows, plan).y;
      for (const layer of layers) {
        const y = layerForward(layer, x);
        x.dispose();
        x = y;
      }
      return headForward(this.config, this.weights, plan, inFloats(x)).logits;
    });
  }

  /**
   * Forward and backward of one batch. `loss` makes a scalar of the logits with tfjs ops; its gradient is taken by tfjs,
   * the model's by hand. With `dropout` the same masks as in `logits` with the same seed.
   */
  lossAndGradients(
    batch: RaggedBatch,
    loss: (logits: tf.Tensor1D) => tf.Scalar,
    dropout?: DropoutSeed,
    { into: gradients = new Gradients(), recompute = false }: BackwardOptions = {},
  ): LossAndGradients {
    const run = recompute ? recomputingActivations : keepingActivations;
    try {
      return { ...tf.tidy(() => this.forwardAndBackward(batch, loss, dropout, run, gradients)), gradients };
    } catch (error) {
      gradients.dispose();
      throw error;
    }
  }

  dispose(): void {
    for (const { variable, half } of this.byName.values()) tf.dispose([variable, ...(half ? [half] : [])]);
  }

  /** Adds the gradients of all parameters to `gradients`; the rest belongs to the enclosing tidy. */
  private forwardAndBackward(
    batch: RaggedBatch,
    loss: (logits: tf.Tensor1D) => tf.Scalar,
    dropout: DropoutSeed | undefined,
    run: typeof keepingActivations,
    gradients: Gradients,
  ): { loss: tf.Scalar; logits: tf.Tensor1D } {
    const { config, weights } = this;
    const { plan, rows, layers } = this.prepare(batch, dropout);
    const embedded = embeddingsForward(config, weights, rows, plan);
    let x = embedded.y;
    const done: RunLayer[] = [];
    for (const layer of layers) {
      // The last layer's activations are wanted right away.
      const forward = layer.rows ? keepingActivations(layer, x) : run(layer, x);
      done.push(forward);
      x = forward.y;
    }
    const firsts = inFloats(x);
    const head = headForward(config, weights, plan, firsts);
    tf.dispose([x, firsts]);
    const { value, grad } = tf.valueAndGrad(loss as (x: tf.Tensor) => tf.Tensor)(head.logits);
    const dFirsts = headBackward(config, weights, plan, head.kept, grad as tf.Tensor1D, gradients);
    if (this.precision === 'f16') gradients.halfScale = halfGradientScale(dFirsts);
    let dx = gradients.halfScale ? toHalf(dFirsts, gradients.halfScale.factor) : dFirsts;
    for (let forward = done.pop(); forward; forward = done.pop()) {
      const { layer } = forward;
      const activations = forward.activations();
      const dy = dx;
      dx = layerBackward(layer, activations, dy, gradients);
      dy.dispose();
      disposeActivations(activations);
      activations.x.dispose();
    }
    embeddingsBackward(config, weights, rows, plan, embedded.kept, dx, gradients);
    gradients.halfScale = undefined;
    return { loss: value as tf.Scalar, logits: head.logits };
  }

  /** The table rows of a batch and the context of each layer; its tensors belong to the enclosing tidy. */
  private prepare(batch: RaggedBatch, dropout: DropoutSeed | undefined) {
    const { config, weights } = this;
    const plan: DropoutPlan = dropoutPlan(this.probabilities, dropout);
    const self = selfSegments(batch.offsets);
    const firsts = firstTokenSegments(batch.offsets, batch.sequences);
    const firstRows = batch.offsets.slice(0, batch.sequences);
    const places = new Int32Array(batch.offsets.at(-1)!).fill(-1);
    firstRows.forEach((row, place) => (places[row] = place));
    const picked = { from: tf.tensor1d(firstRows, 'int32'), back: tf.tensor1d(places, 'int32') };
    const layers = Array.from({ length: config.layers }, (_, index): LayerContext => {
      const isLast = index === config.layers - 1;
      return {
        config,
        weights,
        index,
        dropout: plan,
        segments: isLast ? firsts : self,
        ...(isLast && { rows: picked }),
      };
    });
    return { plan, rows: tableRows(config, batch), layers };
  }
}

/** What the head computes with. */
const inFloats = (x: tf.Tensor2D) => (isHalf(x) ? toFloat(x) : x);
