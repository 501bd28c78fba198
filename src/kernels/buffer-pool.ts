import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/**
 * Buffers of the webgpu backend, reused by exact size and usage as tfjs's own manager does (tfjs-backend-webgpu 4.22,
 * buffer_manager.ts), which it takes the place of, with two differences. tfjs never gives a buffer back, so that a run
 * whose batches have ever-changing lengths holds the activations of every length that it has seen; and tensors that are
 * disposed cannot be reused before the next submission, 64 dispatches away at worst. Here
 *
 *  - before a new buffer is made, the free ones that have waited longest are destroyed while all together would exceed
 *    SLACK times the most that was ever in use at once (or `floorBytes`, if that is more);
 *  - before a new buffer is made, commands are submitted if that frees much.
 */
export class BufferPool {
  /** Of buffers in use; tfjs shows it as `numBytesInGPU`. */
  numBytesUsed = 0;
  /** Of all buffers; tfjs shows it as `numBytesAllocatedInGPU`. */
  numBytesAllocated = 0;

  private peakUsed = 0;
  private readonly used = new Set<GPUBuffer>();
  /** Free buffers by size and usage; the last one released is the first one reused. */
  private readonly free = new Map<string, GPUBuffer[]>();
  /** The same, longest waiting first. */
  private readonly waiting = new Set<GPUBuffer>();

  constructor(
    private readonly device: GPUDevice,
    private readonly floorBytes = FLOOR_BYTES,
    private readonly submit: () => void = () => undefined,
  ) {}

  acquireBuffer(size: number, usage: GPUBufferUsageFlags, mappedAtCreation = false, reuse = true): GPUBuffer {
    const buffer = (reuse && this.reused(size, usage)) || this.made(size, usage, mappedAtCreation, reuse);
    this.used.add(buffer);
    this.numBytesUsed += size;
    this.peakUsed = Math.max(this.peakUsed, this.numBytesUsed);
    return buffer;
  }

  /** Buffers that are not from here, or from before `dispose`, are left alone. */
  releaseBuffer(buffer: GPUBuffer, reuse = true): void {
    if (!this.used.delete(buffer)) return;
    this.numBytesUsed -= buffer.size;
    if (!reuse) return this.destroy(buffer);
    const key = keyOf(buffer.size, buffer.usage);
    const same = this.free.get(key);
    if (same) same.push(buffer);
    else this.free.set(key, [buffer]);
    this.waiting.add(buffer);
  }

  getNumUsedBuffers(): number {
    return this.used.size;
  }

  getNumFreeBuffers(): number {
    return this.waiting.size;
  }

  /** Destroys the free buffers. */
  trim(): void {
    for (const buffer of [...this.waiting]) this.forget(buffer);
  }

  dispose(): void {
    for (const buffer of [...this.used, ...this.waiting]) buffer.destroy();
    this.used.clear();
    this.waiting.clear();
    this.free.clear();
    this.numBytesUsed = 0;
    this.numBytesAllocated = 0;
  }

  private reused(size: number, usage: GPUBufferUsageFlags): GPUBuffer | undefined {
    const buffer = this.free.get(keyOf(size, usage))?.pop();
    if (buffer) this.waiting.delete(buffer);
    return buffer;
  }

  private made(size: number, usage: GPUBufferUsageFlags, mappedAtCreation: boolean, reuse: boolean): GPUBuffer {
    this.submit();
    const freed = reuse && this.reused(size, usage);
    if (freed) return freed;
    const limit = Math.max(this.floorBytes, SLACK * this.peakUsed);
    for (const oldest of this.waiting) {
      if (this.numBytesAllocated + size <= limit) break;
      this.forget(oldest);
    }
    this.numBytesAllocated += size;
    return this.device.createBuffer({ size, usage, mappedAtCreation });
  }

  private forget(buffer: GPUBuffer): void {
    const key = keyOf(buffer.size, buffer.usage);
    const others = this.free.get(key)!.filter((other) => other !== buffer);
    if (others.length > 0) this.free.set(key, others);
    else this.free.delete(key);
    this.waiting.delete(buffer);
    this.destroy(buffer);
  }

  private destroy(buffer: GPUBuffer): void {
    this.numBytesAllocated -= buffer.size;
    buffer.destroy();
  }
}

const MEBIBYTE = 2 ** 20;
const FLOOR_BYTES = 64 * MEBIBYTE;
const SLACK = 1.5;

/** Disposed tensors of this size are worth a submission. */
const SUBMIT_BYTES = 64 * MEBIBYTE;

const keyOf = (size: number, usage: number) => `${size}_${usage}`;

/** What tfjs's types hide of its backend. */
interface Queue {
  tensorDataPendingDisposal: object[];
  commandEncoder: GPUCommandEncoder | null;
}

/** Gives a backend that has made no tensor yet a pool of ours. */
export function useBufferPool(backend: WebGPUBackend): void {
  const queue = backend as unknown as Queue;
  const submit = () => {
    if (!queue.commandEncoder || queue.tensorDataPendingDisposal.length === 0) return;
    let bytes = 0;
    for (const dataId of queue.tensorDataPendingDisposal) {
      const { resource } = backend.tensorMap.get(dataId);
      if (resource instanceof GPUBuffer) bytes += resource.size;
    }
    if (bytes < SUBMIT_BYTES) return;
    backend.endComputePassEncoder();
    backend.submitQueue();
  };
  backend.bufferManager = new BufferPool(
    backend.device,
    FLOOR_BYTES,
    submit,
  ) as unknown as typeof backend.bufferManager;
}
