import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs';
import { HeapMemoryError } from '../device-errors';
import { type Call, CallQueue, QUEUE_BYTES } from './call-queue';

/** What the compiled module (assembly/) offers. Addresses and sizes are 32-bit integers; addresses are of bytes. */
export interface WasmExports {
  activate(x: number, y: number, count: number, code: number): void;
  activateGradient(x: number, dy: number, dx: number, count: number, code: number): void;
  adamW(w: number, g: number, m: number, v: number, count: number, ...constants: number[]): void;
  adamWRows(
    w: number,
    values: number,
    places: number,
    m: number,
    v: number,
    entries: number,
    columns: number,
    ...constants: number[]
  ): void;
  attention(...args: number[]): void;
  attentionGradient(...args: number[]): void;
  attentionScratch(keys: number, size: number): number;
  multiply(...args: number[]): void;
  multiplyScratch(columns: number): number;
  layerNorm(...args: number[]): void;
  layerNormGradient(...args: number[]): void;
  dropout(x: number, y: number, count: number, first: number, ...mask: number[]): void;
  columnSums(x: number, y: number, rows: number, columns: number, pitch: number): void;
  embedSum(...args: number[]): void;
  segmentSum(x: number, order: number, starts: number, y: number, segments: number, columns: number): void;
  sumOfSquares(x: number, count: number): number;
}

/** What we use of emscripten's module, which tfjs's types leave out. */
interface EmscriptenModule {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/**
 * Our module beside tfjs's in one memory: programs read and write tfjs's tensors where they lie.
 *
 *   tfjs-backend-wasm ── malloc ──► │ tensor │ tensor │ scratch │ …  ◄── our module (imports the memory, has no data)
 */
export class Heap {
  private readonly module: EmscriptenModule;
  private scratchAddress = 0;
  private scratchFloats = 0;
  private queue?: CallQueue;

  /** How many threads make the calls of `run`; 1 until `share`. */
  threads = 1;

  constructor(
    private readonly backend: BackendWasm,
    private readonly memory: WebAssembly.Memory,
    readonly programs: WasmExports,
  ) {
    this.module = backend.wasm as unknown as EmscriptenModule;
    throwWhenFull(this.module);
  }

  /** From now on `threads` threads make the calls; returns the address of the queue that the others serve. */
  share(threads: number): number {
    const address = this.module._malloc(QUEUE_BYTES + 8);
    const aligned = Math.ceil(address / 8) * 8;
    new Uint8Array(this.memory.buffer, aligned, QUEUE_BYTES).fill(0);
    this.queue = new CallQueue(this.memory, aligned, this.programs, 0);
    this.threads = threads;
    return aligned;
  }

  /**
   * Makes calls that do not depend on each other, on all threads; each thread has `scratchFloats` numbers of scratch, whose
   * address is the program's last parameter.
   */
  run(calls: readonly Call[], scratchFloats = 0): void {
    const bytes = 64 * Math.ceil((4 * scratchFloats) / 64);
    const scratch = scratchFloats ? this.scratch((bytes / 4) * this.threads) : 0;
    if (this.queue && calls.length > 1) return this.queue.run(calls, scratch, bytes);
    for (const [program, ...args] of calls) {
      (this.programs[program] as (...numbers: number[]) => void)(...args, scratch);
    }
  }

  /** Address of a tensor's first byte. */
  address({ dataId }: TensorInfo): number {
    return this.backend.dataIdMap.get(dataId).memoryOffset;
  }

  /** A new tensor of float32, not cleared. */
  allocate(shape: number[]): TensorInfo & { address: number } {
    const tensor = this.backend.makeOutput(shape, 'float32');
    return { ...tensor, address: this.address(tensor) };
  }

  /** Frees a tensor that no one else knows. */
  release({ dataId }: TensorInfo): void {
    this.backend.disposeData(dataId);
  }

  /** Sets a tensor to zero. */
  clear(address: number, floats: number): void {
    new Float32Array(this.memory.buffer, address, floats).fill(0);
  }

  /** Copies `floats` numbers from one address to another. */
  copy(from: number, to: number, floats: number): void {
    new Uint8Array(this.memory.buffer).copyWithin(to, from, from + 4 * floats);
  }

  /** The float at an address. */
  read(address: number): number {
    return new Float32Array(this.memory.buffer, address, 1)[0]!;
  }

  write(address: number, value: number): void {
    new Float32Array(this.memory.buffer, address, 1)[0] = value;
  }

  /** Address of at least `floats` numbers of scratch, good until the next call: there is one scratch, which only grows. */
  private scratch(floats: number): number {
    if (floats > this.scratchFloats) {
      if (this.scratchAddress) this.module._free(this.scratchAddress);
      [this.scratchAddress, this.scratchFloats] = [0, 0];
      this.scratchAddress = this.module._malloc(4 * floats);
      this.scratchFloats = floats;
    }
    return this.scratchAddress;
  }
}

/**
 * Makes tfjs's allocations, and ours, throw a HeapMemoryError where the memory has no room: its malloc says 0 then, and tfjs would write
 * there.
 */
function throwWhenFull(module: EmscriptenModule): void {
  // emscripten's first call puts the program itself in the place of its stub.
  module._free(module._malloc(8));
  const malloc = module._malloc;
  module._malloc = (bytes) => {
    // It would take the rest of a division by 2³².
    const address = bytes < 2 ** 32 ? malloc(bytes) >>> 0 : 0;
    if (address === 0 && bytes > 0) throw new HeapMemoryError(bytes);
    return address;
  };
}
