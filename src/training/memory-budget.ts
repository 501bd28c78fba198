import * as tf from '@tensorflow/tfjs';
import { openedDevice } from '../kernels/opened-device';
import type { CrossEncoder } from '../models/cross-encoder';
import type { Fits } from './plan';

const BYTES = 4;

/** Of activations with `auto`: with MiniLM's weights and moments (454 MB) it comes to 1 GiB, which the smallest GPUs in use have free. */
const AUTO_ACTIVATION_BYTES = 576 * 2 ** 20;

/** Of what is trained there is, besides the weights: two moments, the step's gradient and that of the piece being added to it. */
const TRAINED_COPIES = 4;

/**
 * Bytes that forward and backward of a piece hold at their peak, a token: what every layer keeps (`LayerActivations`), and what the
 * backward of one layer needs besides. The last layer keeps only keys, values and its input for all tokens.
 */
export function activationBytesPerToken({ config }: Pick<CrossEncoder, 'config'>): number {
  const { hiddenSize, intermediateSize, layers, heads } = config;
  const kept = (layers - 1) * (8 * hiddenSize + intermediateSize + heads + 4) + 3 * hiddenSize;
  const working = 6 * hiddenSize + 3 * intermediateSize;
  return BYTES * (kept + working);
}

/** Bytes of weights, moments and gradients, held whatever the batch is. */
export function fixedBytes(model: Pick<CrossEncoder, 'parameters'>): number {
  const copies = (trainable: boolean) => 1 + (trainable ? TRAINED_COPIES : 0);
  return (
    BYTES * model.parameters().reduce((sum, { variable, trainable }) => sum + copies(trainable) * variable.size, 0)
  );
}

/** Bytes of the largest tensor that the device binds to a program: WebGPU guarantees 128 MiB. */
function largestTensorBytes(): number {
  return tf.getBackend() === 'webgpu' ? (openedDevice().limits?.maxBindingBytes ?? Infinity) : Infinity;
}

/** Bytes a token of the widest activation: the feed-forward's, or keys and values side by side. */
function widestBytesPerToken({ config }: Pick<CrossEncoder, 'config'>): number {
  return BYTES * Math.max(config.intermediateSize, 2 * config.hiddenSize);
}

/** How a step is kept within its memory. */
export interface MemoryPlan {
  /** Of a piece at most; a longer sequence is a piece of its own. */
  pieceTokens: number;
}

/**
 * The pieces that fit in a budget of bytes, weights and moments included. (MiniLM with 1 GiB: 4,966 tokens a piece; tfjs counted a peak of
 * 918 MB.) A piece of the longest possible input always does.
 */
export function planMemory(budget: 'auto' | number, model: CrossEncoder): MemoryPlan {
  const bytes = budget === 'auto' ? AUTO_ACTIVATION_BYTES : budget - fixedBytes(model);
  const inBudget = Math.min(bytes / activationBytesPerToken(model), largestTensorBytes() / widestBytesPerToken(model));
  return { pieceTokens: Math.max(model.config.maxPositions, Math.floor(inBudget)) };
}

/**
 * The plan for a step whose memory was not there after all: pieces of half of what they were.
 * @param batchTokens of the step's largest batch, which may be less than a piece was allowed to be.
 * @param longest tokens of the step's longest sequence.
 * @returns undefined where every piece is one sequence already.
 */
export function halved({ pieceTokens }: MemoryPlan, batchTokens: number, longest: number): MemoryPlan | undefined {
  const tokens = Math.min(pieceTokens, batchTokens);
  return tokens > longest ? { pieceTokens: Math.floor(tokens / 2) } : undefined;
}

/** What `planGroups` asks. */
export function fitsIn({ pieceTokens }: MemoryPlan): Fits {
  return (tokens) => tokens <= pieceTokens;
}
