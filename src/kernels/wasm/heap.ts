import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs';

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
  columnSums(x: number, y: number, rows: number, columns: number): void;
  embedSum(...args: number[]): void;
  segmentSum(x: number, order: number, starts: number, y: number, segments: number, columns: number): void;
  sumOfSquares(x: number, count: number): number;
}

/** What we use of emscripten's module, which tfjs's types leave out. */
interface EmscriptenModule {
  HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/**
 * Our module beside tfjs's in one memory: programs read and write tfjs's tensors where they lie.
 *
 *   tfjs-backend-wasm ── malloc ──► │ tensor │ tensor │ scratch │ …  ◄── our module (imports the memory, has no data)
 */
export class Heap {
  private scratchAddress = 0;
  private scratchFloats = 0;

  constructor(
    private readonly backend: BackendWasm,
    readonly programs: WasmExports,
  ) {}

  /** Asked for each time: when memory grows, emscripten replaces HEAPU8. */
  private get module(): EmscriptenModule {
    return this.backend.wasm as unknown as EmscriptenModule;
  }

  /** Address of a tensor's first byte. */
  address({ dataId }: TensorInfo): number {
    return this.backend.dataIdMap.get(dataId).memoryOffset;
  }

  /** A new tensor of float32, not cleared. Throws where the memory has no room for it (tfjs would write to address 0). */
  allocate(shape: number[]): TensorInfo & { address: number } {
    const tensor = this.backend.makeOutput(shape, 'float32');
    const address = this.address(tensor);
    if (address !== 0) return { ...tensor, address };
    this.backend.disposeData(tensor.dataId);
    throw outOfMemory(shape.reduce((product, n) => product * n, 1));
  }

  /** Sets a tensor to zero. */
  clear(address: number, floats: number): void {
    new Float32Array(this.module.HEAPU8.buffer, address, floats).fill(0);
  }

  /** Copies `floats` numbers from one address to another. */
  copy(from: number, to: number, floats: number): void {
    this.module.HEAPU8.copyWithin(to, from, from + 4 * floats);
  }

  /** The float at an address. */
  read(address: number): number {
    return new Float32Array(this.module.HEAPU8.buffer, address, 1)[0]!;
  }

  write(address: number, value: number): void {
    new Float32Array(this.module.HEAPU8.buffer, address, 1)[0] = value;
  }

  /** Address of at least `floats` numbers of scratch, good until the next call: there is one scratch, which only grows. */
  scratch(floats: number): number {
    if (floats > this.scratchFloats) {
      if (this.scratchAddress) this.module._free(this.scratchAddress);
      this.scratchAddress = this.module._malloc(4 * floats) >>> 0;
      this.scratchFloats = this.scratchAddress ? floats : 0;
      if (!this.scratchAddress) throw outOfMemory(floats);
    }
    return this.scratchAddress;
  }
}

function outOfMemory(floats: number): Error {
  const mebibytes = Math.ceil((4 * floats) / 2 ** 20);
  return new RangeError(
    `wasm: no room for ${mebibytes} MiB more (4 GiB in all at most); use smaller batches or a smaller memory budget`,
  );
}
