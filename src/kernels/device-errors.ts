/** What can go wrong on a device. Each says what happened and what to do; none leaves zeros behind as if they were results. */

/**
 * A program of the device failed: it did not compile, or a command was not valid. WebGPU reports this late and drops every
 * command of the same submission, so all results since the last read-back are worth nothing.
 */
export class KernelError extends Error {
  override name = 'KernelError';
  constructor(
    /** The program's or buffer's label, or "unknown". */
    readonly program: string,
    /** The driver's own words. */
    readonly detail: string,
  ) {
    super(
      `WebGPU program "${program}" failed: ${firstLines(detail)}. Results since the last read-back are void: ` +
        'start again from the last checkpoint with the wasm backend, and report the adapter and this message',
    );
  }
}

/** The device has no memory left for a buffer. */
export class DeviceMemoryError extends Error {
  override name = 'DeviceMemoryError';
  constructor(readonly detail: string) {
    super(
      `the GPU is out of memory: ${firstLines(detail)}. Use smaller micro-batches, or close other pages that use the GPU`,
    );
  }
}

/** wasm's memory has no room left for a tensor. */
export class HeapMemoryError extends RangeError {
  override name = 'HeapMemoryError';
  constructor(bytes: number) {
    const mebibytes = Math.ceil(bytes / 2 ** 20);
    super(
      `wasm: no room for ${mebibytes} MiB more (4 GiB in all at most); use smaller batches or a smaller memory budget`,
    );
  }
}

/** Whether an error says that there was too little memory, so that less at a time may work: ours, or the JavaScript engine's. */
export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof DeviceMemoryError || error instanceof HeapMemoryError) return true;
  return error instanceof RangeError && /allocation failed|too large for the implementation/.test(error.message);
}

/** The device is gone, and every tensor on it: the driver crashed, the GPU was reset or the device was destroyed. */
export class DeviceLostError extends Error {
  override name = 'DeviceLostError';
  constructor(
    /** `destroyed` if the page itself gave it up, else `unknown`. */
    readonly reason: string,
    readonly detail: string,
  ) {
    super(
      `the GPU device was lost (${reason}${detail ? `: ${firstLines(detail)}` : ''}): ` +
        'open it again and go on from the last checkpoint',
    );
  }
}

/** A tensor could not be read back from the device, twice in a row, though the device was not reported lost. */
export class ReadBackError extends Error {
  override name = 'ReadBackError';
  constructor(what: string, cause: unknown) {
    super(
      `${what} could not be read back from the GPU, twice: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'Open the device again and go on from the last checkpoint',
      { cause },
    );
  }
}

/** The backend that was asked for, or any, cannot run here. */
export class BackendUnavailableError extends Error {
  override name = 'BackendUnavailableError';
}

const SHOWN_LINES = 4;

/** Validation messages repeat the whole chain of objects: the first lines say it. */
function firstLines(text: string): string {
  return text
    .trim()
    .split('\n')
    .slice(0, SHOWN_LINES)
    .join(' ')
    .replace(/[.\s]+$/, '');
}

/** In Chrome's messages objects stand as [Kind "label"], or [Kind ""label""]; the device itself is no news. */
const LABELLED = /\[(?!Device\b|Queue\b)[A-Za-z ]+ *"+([^"]+)"+/;

/** An `uncapturederror` as one of the above. */
export function fromGpuError(error: GPUError): KernelError | DeviceMemoryError {
  if (typeof GPUOutOfMemoryError !== 'undefined' && error instanceof GPUOutOfMemoryError) {
    return new DeviceMemoryError(error.message);
  }
  return new KernelError(LABELLED.exec(error.message)?.[1] ?? 'unknown', error.message);
}
