import * as tf from '@tensorflow/tfjs';
import { openedDevice } from '../kernels/opened-device';
import type { CrossEncoder } from '../models/cross-encoder';
import type { Fits } from './plan';

const BYTES = 4;
const HALF_BYTES = 2;

/** Of an activation, bytes. */
const elementBytes = ({ precision }: Pick<CrossEncoder, 'precision'>) => (precision === 'f16' ? HALF_BYTES : BYTES);

/** Of activations with `auto`: with MiniLM's weights, moments and gradient (366 MB) it stays below 1 GiB, which the smallest GPUs in use have free. */
const AUTO_ACTIVATION_BYTES = 640 * 2 ** 20;

/** Of what is trained there is, besides the weights: two moments and the step's gradient. */
const TRAINED_COPIES = 3;

/**
 * Bytes that forward and backward of a piece hold at their peak, a token: what the layers keep (`LayerActivations`), and what the backward
 * of one layer needs besides. The last layer keeps only keys, values and its input for all tokens; and it is done when the first of the
 * layers that recompute begins.
 */
export function activationBytesPerToken(model: Pick<CrossEncoder, 'config' | 'precision'>, recompute: boolean): number {
  const { hiddenSize, intermediateSize, layers, heads } = model.config;
  const element = elementBytes(model);
  const layer = element * (8 * hiddenSize + intermediateSize) + BYTES * (heads + 4);
  const input = element * hiddenSize;
  const kept = recompute ? (layers - 2) * input + layer : (layers - 1) * layer + 3 * input;
  const working = element * (6 * hiddenSize + 3 * intermediateSize);
  return kept + working;
}

/** Bytes of weights, moments and gradients, held whatever the batch is, with a part of the gradient on its way to their sum. */
export function fixedBytes(model: Pick<CrossEncoder, 'parameters'>): number {
  const parameters = model.parameters();
  const elements = parameters.reduce((sum, { variable, trainable }) => {
    return sum + (1 + (trainable ? TRAINED_COPIES : 0)) * variable.size;
  }, 0);
  const dense = parameters.filter(({ trainable, layout }) => trainable && layout.role === 'dense');
  const halves = parameters.reduce((sum, { half, variable }) => sum + (half ? variable.size : 0), 0);
  return BYTES * (elements + 2 * Math.max(0, ...dense.map(({ variable }) => variable.size))) + HALF_BYTES * halves;
}

/** Bytes of the largest tensor that the device binds to a program: WebGPU guarantees 128 MiB. */
function largestTensorBytes(): number {
  return tf.getBackend() === 'webgpu' ? (openedDevice().limits?.maxBindingBytes ?? Infinity) : Infinity;
}

/** Bytes a token of the widest activation: the feed-forward's, or keys and values side by side. */
function widestBytesPerToken(model: Pick<CrossEncoder, 'config' | 'precision'>): number {
  return elementBytes(model) * Math.max(model.config.intermediateSize, 2 * model.config.hiddenSize);
}

/** How a step is kept within its memory. */
export interface MemoryPlan {
  /** Of a piece at most; a longer sequence is a piece of its own. */
  pieceTokens: number;
  /** Whether layers keep their inputs only: slower, so only where not even the longest possible input fits otherwise. */
  recompute: boolean;
}

/** The pieces that fit in a budget of bytes, weights and moments included. A piece of the longest possible input always does. */
export function planMemory(budget: 'auto' | number, model: CrossEncoder): MemoryPlan {
  const bytes = budget === 'auto' ? AUTO_ACTIVATION_BYTES : budget - fixedBytes(model);
  const { maxPositions } = model.config;
  const recompute = bytes / activationBytesPerToken(model, false) < maxPositions;
  const inBudget = bytes / activationBytesPerToken(model, recompute);
  const inTensors = largestTensorBytes() / widestBytesPerToken(model);
  return { pieceTokens: Math.max(maxPositions, Math.floor(Math.min(inBudget, inTensors))), recompute };
}

/**
 * The plan for a step whose memory was not there after all: pieces of half of what they were, and at last recomputation.
 * @param batchTokens of the step's largest batch, which may be less than a piece was allowed to be.
 * @param longest tokens of the step's longest sequence.
 * @returns undefined where there is nothing left to save.
 */
export function smallerPlan(plan: MemoryPlan, batchTokens: number, longest: number): MemoryPlan | undefined {
  const tokens = Math.min(plan.pieceTokens, batchTokens);
  if (tokens > longest) return { ...plan, pieceTokens: Math.floor(tokens / 2) };
  return plan.recompute ? undefined : { ...plan, recompute: true };
}

/** A plan in words: "in pieces of at most 512 tokens". */
export function planInWords({ pieceTokens, recompute }: MemoryPlan): string {
  return `in pieces of at most ${pieceTokens} tokens${recompute ? ', with activations computed twice' : ''}`;
}

/** What `planGroups` asks. */
export function fitsIn({ pieceTokens }: MemoryPlan): Fits {
  return (tokens) => tokens <= pieceTokens;
}
