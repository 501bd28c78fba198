import type { AdapterDescription, DeviceLimits } from './adapter';
import { BackendUnavailableError, type DeviceLostError } from './device-errors';
import type { SelfTestResult } from './self-test';

export type BackendName = 'webgpu' | 'wasm';

/** What the ops compute on. */
export interface Device {
  readonly backend: BackendName;
  /** In a few words: `nvidia ampere`, `wasm, SIMD, 4 threads`. */
  readonly name: string;
  /** The GPU's; absent on wasm. */
  readonly adapter?: AdapterDescription;
  /** The GPU's; absent on wasm. */
  readonly limits?: DeviceLimits;
  readonly limitsInWords: string;
  /** Of WebGPU, those in use: `shader-f16`, `subgroups`, `timestamp-query`. */
  readonly features: string[];
  /** Why `auto` did not take webgpu, as a sentence. */
  readonly fellBackBecause?: string;
  /** What the user should know about this adapter, as a sentence. */
  readonly warning?: string;
  /** What the self-test of `auto` found. */
  readonly selfTest?: SelfTestResult;
  /** Resolves when the GPU is lost; never on wasm. */
  readonly lost: Promise<DeviceLostError>;
  /** All failures since the device was opened, the first one first. */
  readonly errors: readonly Error[];
  /** Throws the first failure: a KernelError, a DeviceMemoryError or a DeviceLostError. To be called at each read-back. */
  check(): void;
  /** See `attempt` (attempt.ts). */
  attempt<T>(work: () => Promise<T>, discard: (result: T) => void): Promise<T>;
  /**
   * A new device of the same backend, after a loss. All tensors of the old one are gone: dispose them, then load the
   * last checkpoint.
   */
  reopen(): Promise<Device>;
  /** Gives the GPU back. */
  close(): void;
}

/** tfjs has one engine a worker: so there is one open device. */
let opened: Device | undefined;

/** The open device. Throws if there is none. */
export function openedDevice(): Device {
  if (!opened) throw new BackendUnavailableError('no device is open: call openDevice first');
  return opened;
}

/** For device.ts: what `openedDevice` says from now on. */
export function setOpenedDevice(device: Device | undefined): void {
  opened = device;
}

/** Gives up the open device, if there is one. */
export function closeOpenedDevice(): void {
  opened?.close();
  opened = undefined;
}
