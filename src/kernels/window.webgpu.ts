import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { sizeOf } from './half';

/**
 * Many tensors as if they were one flat array, of which a window at a time lies in one buffer: so that a program can work
 * on a hundred tensors in a few dispatches, though it may bind only about ten. Copies between buffers are no dispatches.
 *
 *   tensors   │ a a a a │ b │ c c c c c c │ d d │
 *   windows   │ 0           │ 1           │ 2   │
 */
export const WINDOW_ELEMENTS = 2 ** 22;

/** A part of a tensor that lies in a window, in elements. */
interface Piece {
  /** Which of the tensors. */
  index: number;
  inTensor: number;
  inWindow: number;
  count: number;
}

const BYTES = 4;
const HALF_BYTES = 2;

/** Elements of all tensors together. */
export function totalSize(tensors: tf.TensorInfo[]): number {
  return tensors.reduce((sum, tensor) => sum + sizeOf(tensor), 0);
}

/** First element and size of each window over `total` elements. */
export function windows(total: number): { first: number; count: number }[] {
  return Array.from({ length: Math.ceil(total / WINDOW_ELEMENTS) }, (_, i) => ({
    first: i * WINDOW_ELEMENTS,
    count: Math.min(WINDOW_ELEMENTS, total - i * WINDOW_ELEMENTS),
  }));
}

/** The pieces of `tensors`, laid end to end, in the window `first … first + count`. */
function pieces(tensors: tf.TensorInfo[], first: number, count: number): Piece[] {
  const found: Piece[] = [];
  let start = 0;
  for (const [index, tensor] of tensors.entries()) {
    const end = start + sizeOf(tensor);
    const from = Math.max(start, first);
    const to = Math.min(end, first + count);
    if (from < to) found.push({ index, inTensor: from - start, inWindow: from - first, count: to - from });
    start = end;
  }
  return found;
}

/** What tfjs's types hide: the encoder of the commands to come, and whose buffers it must not see freed. */
interface Encoding {
  commandEncoder: GPUCommandEncoder;
  commandQueueOwnedIds: WeakSet<object>;
}

function bufferOf(backend: WebGPUBackend, { dataId }: tf.TensorInfo): GPUBuffer {
  backend.uploadToGPU(dataId);
  return backend.tensorMap.get(dataId).resource as GPUBuffer;
}

type Copy = (encoder: GPUCommandEncoder, ofTensor: GPUBuffer, piece: Piece) => void;

function copyPieces(backend: WebGPUBackend, tensors: tf.TensorInfo[], found: Piece[], copy: Copy): void {
  // All uploads first: they use the encoder as well.
  const buffers = found.map(({ index }) => bufferOf(backend, tensors[index]!));
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  const { commandEncoder, commandQueueOwnedIds } = backend as unknown as Encoding;
  found.forEach((piece, i) => {
    commandQueueOwnedIds.add(tensors[piece.index]!.dataId);
    copy(commandEncoder, buffers[i]!, piece);
  });
}

/** A window to fill, a tensor [length], which the caller disposes: one is enough, since the queue keeps the order. */
export function makeWindow(backend: WebGPUBackend, length: number): tf.TensorInfo {
  return backend.makeTensorInfo([length], 'float32');
}

/** Fills a window's first `count` elements from the tensors' elements `first … first + count`. */
export function fill(
  backend: WebGPUBackend,
  window: tf.TensorInfo,
  tensors: tf.TensorInfo[],
  first: number,
  count: number,
): void {
  const target = bufferOf(backend, window);
  copyPieces(backend, tensors, pieces(tensors, first, count), (encoder, source, { inTensor, inWindow, count: size }) =>
    encoder.copyBufferToBuffer(source, inTensor * BYTES, target, inWindow * BYTES, size * BYTES),
  );
}

/** Writes a window back to the tensors that it was made of. */
export function putBack(
  backend: WebGPUBackend,
  window: tf.TensorInfo,
  tensors: tf.TensorInfo[],
  first: number,
  count: number,
): void {
  write(backend, window, tensors, pieces(tensors, first, count), BYTES);
}

/**
 * The same for a window of halves, two in an element: it goes to the copies in halves (half.ts) of those tensors that have one.
 * @throws Error where a copy does not begin at an even element: tensors that have one must come first.
 */
export function putBackHalves(
  backend: WebGPUBackend,
  window: tf.TensorInfo,
  tensors: tf.TensorInfo[],
  copies: (tf.TensorInfo | undefined)[],
  first: number,
  count: number,
): void {
  const found = pieces(tensors, first, count).filter(({ index }) => copies[index]);
  const odd = found.find(({ inTensor, inWindow, count: size }) => (inTensor | inWindow | size) % 2 !== 0);
  if (odd) throw new Error(`a copy in halves of [${tensors[odd.index]!.shape}] begins at odd element ${odd.inWindow}`);
  write(backend, window, copies as tf.TensorInfo[], found, HALF_BYTES);
}

function write(
  backend: WebGPUBackend,
  window: tf.TensorInfo,
  tensors: tf.TensorInfo[],
  found: Piece[],
  bytes: number,
): void {
  const source = bufferOf(backend, window);
  copyPieces(backend, tensors, found, (encoder, target, { inTensor, inWindow, count: size }) =>
    encoder.copyBufferToBuffer(source, inWindow * bytes, target, inTensor * bytes, size * bytes),
  );
  // tfjs keeps values that were read back: they are old now.
  for (const { index } of found) backend.tensorMap.get(tensors[index]!.dataId).values = null as never;
}
