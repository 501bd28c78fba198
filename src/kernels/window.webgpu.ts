import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

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
  tensor: tf.TensorInfo;
  inTensor: number;
  inWindow: number;
  count: number;
}

const BYTES = 4;

const sizeOf = ({ shape }: tf.TensorInfo) => shape.reduce((product, n) => product * n, 1);

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
  for (const tensor of tensors) {
    const end = start + sizeOf(tensor);
    const from = Math.max(start, first);
    const to = Math.min(end, first + count);
    if (from < to) found.push({ tensor, inTensor: from - start, inWindow: from - first, count: to - from });
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

function copyPieces(backend: WebGPUBackend, found: Piece[], copy: Copy): void {
  // All uploads first: they use the encoder as well.
  const buffers = found.map(({ tensor }) => bufferOf(backend, tensor));
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  const { commandEncoder, commandQueueOwnedIds } = backend as unknown as Encoding;
  found.forEach((piece, i) => {
    commandQueueOwnedIds.add(piece.tensor.dataId);
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
  copyPieces(backend, pieces(tensors, first, count), (encoder, source, { inTensor, inWindow, count: size }) =>
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
  const source = bufferOf(backend, window);
  const found = pieces(tensors, first, count);
  copyPieces(backend, found, (encoder, target, { inTensor, inWindow, count: size }) =>
    encoder.copyBufferToBuffer(source, inWindow * BYTES, target, inTensor * BYTES, size * BYTES),
  );
  // tfjs keeps values that were read back: they are old now.
  for (const { tensor } of found) backend.tensorMap.get(tensor.dataId).values = null as never;
}
