import * as tf from '@tensorflow/tfjs';
import { activate, activateGradient } from '../kernels/activation';
import { attention, attentionGradient } from '../kernels/attention';
import { dropout, type Dropout } from '../kernels/dropout';
import { layerNorm } from '../kernels/layer-norm';
import { placeRows } from '../kernels/place-rows';
import type { Segments } from '../kernels/segments';
import type { ModelConfig } from './config';
import type { DropoutPlan } from './dropout-plan';
import { FAMILIES } from './families';
import type { Gradients } from './gradients';
import type { Weights } from './weights';

/** Some rows of [tokens, hidden]. */
export interface PickedRows {
  /** int32 [sequences]: which. */
  from: tf.Tensor1D;
  /** int32 [tokens]: the place of each among the picked, or −1. */
  back: tf.Tensor1D;
}

/**
 * One layer of the encoder (Devlin et al., 2019; "post-norm"), forward and backward side by side.
 *
 *   x ─┬─► query ──────┐
 *      ├─► keyValue ───┴► attention ► attention.output.dense ► dropout ─ + ► norm ─ a ─┬─► dense ► gelu ► dense ► dropout ─ + ► norm ─► y
 *      └───────────────────────────────────────────────────────────────┘               └─────────────────────────────────┘
 *
 * In the last layer only the first token of a sequence is read by the head. There `rows` picks those rows of x right away:
 * queries, the output layer and the whole feed-forward block are computed for them alone, which gives the same scores for
 * about an eighth less work in a six-layer model.
 */
export interface LayerContext {
  config: ModelConfig;
  weights: Weights;
  index: number;
  segments: Segments;
  /** Rows of x that the output is wanted for; undefined for all. */
  rows?: PickedRows;
  dropout: DropoutPlan;
}

/** What the backward needs of the forward: 8 · hidden + intermediate + heads + 4 numbers a token, the input included. */
export interface LayerActivations {
  /** Input [tokens, hidden]; owned by the layer before. */
  x: tf.Tensor2D;
  /** The rows of x that have queries: x itself, or some of it. */
  xQueries: tf.Tensor2D;
  q: tf.Tensor2D;
  kv: tf.Tensor2D;
  context: tf.Tensor2D;
  logSumExp: tf.Tensor2D;
  attended: tf.Tensor2D;
  attendedStatistics: tf.Tensor2D;
  /** Output of the first norm. */
  a: tf.Tensor2D;
  /** Input of the activation. */
  inner: tf.Tensor2D;
  outer: tf.Tensor2D;
  outerStatistics: tf.Tensor2D;
}

const named = ({ config, index }: LayerContext) => {
  const layer = `${FAMILIES[config.family].prefix}encoder.layer.${index}`;
  return {
    query: `${layer}.attention.self.query`,
    keyValue: `${layer}.attention.self.keyValue`,
    attended: `${layer}.attention.output.dense`,
    attendedNorm: `${layer}.attention.output.LayerNorm`,
    inner: `${layer}.intermediate.dense`,
    outer: `${layer}.output.dense`,
    outerNorm: `${layer}.output.LayerNorm`,
  };
};

const dropouts = ({ dropout, index, rows }: LayerContext) => {
  const kind = rows ? 'sequences' : 'tokens';
  return {
    probabilities: dropout(`${index}.probabilities`, kind),
    attended: dropout(`${index}.attention`, kind),
    outer: dropout(`${index}.output`, kind),
    lora: {
      query: dropout(`${index}.lora.query`, kind),
      keyValue: dropout(`${index}.lora.keyValue`, 'tokens'),
      attended: dropout(`${index}.lora.attended`, kind),
      inner: dropout(`${index}.lora.inner`, kind),
      outer: dropout(`${index}.lora.outer`, kind),
    },
  };
};

/** dL/dx of dropout, or dy itself where it is off. */
const undropped = (dy: tf.Tensor2D, mask: Dropout | undefined) => (mask ? dropout(dy, mask) : dy);

/** A layer whose output is all that is wanted: there is no backward. */
export interface InferenceLayer extends LayerContext {
  /**
   * int32 [keys]: rows of x that have keys and values, sequence by sequence as `segments.keyOffsets` says; undefined for all. The others
   * ask, but are not asked, as the [MASK]s of a ColBERT query.
   */
  keyRows?: tf.Tensor1D;
}

/** Everything of the layer up to the input of the feed-forward block's activation. */
function attendAndNorm(layer: InferenceLayer, x: tf.Tensor2D) {
  const { config, weights, segments } = layer;
  const names = named(layer);
  const masks = dropouts(layer);
  const xQueries = layer.rows ? placeRows(x, layer.rows.from) : x;
  const q = weights.linear(names.query, xQueries, undefined, masks.lora.query);
  const xKeys = layer.keyRows ? placeRows(x, layer.keyRows) : x;
  const kv = weights.linear(names.keyValue, xKeys, undefined, masks.lora.keyValue);
  const [context, logSumExp] = attention(q, kv, segments, { heads: config.heads, dropout: masks.probabilities });
  const attended = weights.linear(names.attended, context, undefined, masks.lora.attended);
  const [a, attendedStatistics] = layerNorm(
    weights.norm(names.attendedNorm, { x: attended, residual: xQueries, dropout: masks.attended }),
    weights.vector(`${names.attendedNorm}.bias`),
    config.layerNormEpsilon,
  );
  return { xQueries, q, kv, context, logSumExp, attended, attendedStatistics, a };
}

function outerNorm(layer: LayerContext, outer: tf.Tensor2D, a: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  const { outerNorm: name } = named(layer);
  return layerNorm(
    layer.weights.norm(name, { x: outer, residual: a, dropout: dropouts(layer).outer }),
    layer.weights.vector(`${name}.bias`),
    layer.config.layerNormEpsilon,
  );
}

/** x [tokens, hidden] → [tokens or picked rows, hidden], keeping nothing. Does not dispose x. */
export function layerForward(layer: InferenceLayer, x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const names = named(layer);
    const { lora } = dropouts(layer);
    const { a, ...attended } = attendAndNorm(layer, x);
    tf.dispose(Object.values(attended).filter((tensor) => tensor !== x));
    const inner = layer.weights.linear(names.inner, a, layer.config.activation, lora.inner);
    return outerNorm(layer, layer.weights.linear(names.outer, inner, undefined, lora.outer), a)[0];
  });
}

/** The same, keeping what the backward needs. */
export function layerForwardForTraining(
  layer: LayerContext,
  x: tf.Tensor2D,
): { y: tf.Tensor2D; kept: LayerActivations } {
  return tf.tidy(() => {
    const names = named(layer);
    const { lora } = dropouts(layer);
    const first = attendAndNorm(layer, x);
    const inner = layer.weights.linear(names.inner, first.a, undefined, lora.inner);
    const outer = layer.weights.linear(names.outer, activate(inner, layer.config.activation), undefined, lora.outer);
    const [y, outerStatistics] = outerNorm(layer, outer, first.a);
    return { y, kept: { x, ...first, inner, outer, outerStatistics } };
  });
}

/** A layer that was run forward, and how its activations are had when the backward comes to it. */
export interface RunLayer {
  layer: LayerContext;
  y: tf.Tensor2D;
  /** For `layerBackward`; the caller's to dispose, with the input. */
  activations(): LayerActivations;
}

/** Runs a layer and keeps its activations. */
export function keepingActivations(layer: LayerContext, x: tf.Tensor2D): RunLayer {
  const { y, kept } = layerForwardForTraining(layer, x);
  return { layer, y, activations: () => kept };
}

/**
 * Runs a layer and keeps its input alone: the activations are computed again in the backward, dropout's masks the same, for about a
 * quarter more time (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016).
 */
export function recomputingActivations(layer: LayerContext, x: tf.Tensor2D): RunLayer {
  const { y, kept } = layerForwardForTraining(layer, x);
  disposeActivations(kept);
  return {
    layer,
    y,
    activations: () => {
      const again = layerForwardForTraining(layer, x);
      again.y.dispose();
      return again.kept;
    },
  };
}

/** Frees what a layer kept, but its input. */
export function disposeActivations(kept: LayerActivations): void {
  tf.dispose(Object.values(kept).filter((tensor) => tensor !== kept.x));
}

/**
 * dL/dx [tokens, hidden] from dL/dy, with the gradients of the layer's parameters put into `gradients`. Activations that
 * are cheap to make again (the activation's output) are made again.
 */
export function layerBackward(
  layer: LayerContext,
  kept: LayerActivations,
  dy: tf.Tensor2D,
  gradients: Gradients,
): tf.Tensor2D {
  const { config, weights, segments } = layer;
  const names = named(layer);
  const masks = dropouts(layer);
  const { lora } = masks;
  const { x, xQueries, q, kv, context, logSumExp, attended, attendedStatistics, a, inner, outer, outerStatistics } =
    kept;
  const stage = <T extends tf.TensorContainer>(compute: () => T): T => tf.tidy(compute);

  return stage(() => {
    const dA = stage(() => {
      const outerInputs = weights.norm(names.outerNorm, { x: outer, residual: a, dropout: masks.outer });
      const dResidual = weights.normGradient(names.outerNorm, outerInputs, outerStatistics, dy, gradients);
      const dInner = stage(() => {
        const activated = activate(inner, config.activation);
        const dOuter = undropped(dResidual, masks.outer);
        const dActivated = weights.linearGradient(names.outer, activated, dOuter, gradients, undefined, lora.outer);
        return activateGradient(inner, dActivated, config.activation);
      });
      return weights.linearGradient(names.inner, a, dInner, gradients, dResidual, lora.inner);
    });
    const attendedInputs = weights.norm(names.attendedNorm, {
      x: attended,
      residual: xQueries,
      dropout: masks.attended,
    });
    const dResidual = weights.normGradient(names.attendedNorm, attendedInputs, attendedStatistics, dA, gradients);
    dA.dispose();
    const dAttended = undropped(dResidual, masks.attended);
    const dContext = weights.linearGradient(names.attended, context, dAttended, gradients, undefined, lora.attended);
    const options = { heads: config.heads, dropout: masks.probabilities };
    const [dq, dkv] = attentionGradient(q, kv, context, logSumExp, dContext, segments, options);
    dContext.dispose();
    const dQueries = weights.linearGradient(names.query, xQueries, dq, gradients, dResidual, lora.query);
    if (!layer.rows) return weights.linearGradient(names.keyValue, x, dkv, gradients, dQueries, lora.keyValue);
    const scattered = placeRows(dQueries, layer.rows.back);
    return weights.linearGradient(names.keyValue, x, dkv, gradients, scattered, lora.keyValue);
  });
}
