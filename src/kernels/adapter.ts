/** What a WebGPU adapter is, and a device made from it with all that it offers. */

export interface AdapterDescription {
  /** As the browser names them; browsers hide some: empty then. */
  vendor: string;
  architecture: string;
  description: string;
  /** Runs on the CPU: right, but slow. */
  software: boolean;
  /** One sentence for the user, where this adapter is slow or known for trouble. */
  warning?: string;
}

/** Limits that plans depend on, in bytes or counts. */
export interface DeviceLimits {
  maxBufferBytes: number;
  /** Largest tensor that a program can read or write. */
  maxBindingBytes: number;
  maxWorkgroupBytes: number;
  maxStorageBuffers: number;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|\bwarp\b|software/i;
const OPENGL = /opengl|gles|angle/i;

/** Asked for where the adapter has them. */
export const WANTED_FEATURES: GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/** The limits that stock tfjs asks for; a second choice where a driver refuses its own maxima. */
const USUAL_LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** Describes an adapter by its info; recognises software adapters and WebGPU on top of OpenGL ES. */
export function describeAdapter(info: Partial<GPUAdapterInfo>): AdapterDescription {
  const { vendor = '', architecture = '', description = '' } = info;
  const names = `${vendor} ${architecture} ${description} ${info.device ?? ''}`;
  const software = info.isFallbackAdapter === true || SOFTWARE.test(names);
  const described = { vendor, architecture, description, software };
  if (software) {
    const warning = `${architecture || description || vendor} is a software adapter: it computes on the CPU, slower than the wasm backend.`;
    return { ...described, warning };
  }
  if (OPENGL.test(names)) {
    return {
      ...described,
      warning: 'WebGPU runs on OpenGL ES here: expect lower speed and limits than with the native driver.',
    };
  }
  return described;
}

/** An adapter in a few words: `nvidia ampere`. */
export function adapterName({ vendor, architecture, description }: AdapterDescription): string {
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
}

export function limitsOf({ limits }: GPUDevice): DeviceLimits {
  return {
    maxBufferBytes: limits.maxBufferSize,
    maxBindingBytes: limits.maxStorageBufferBindingSize,
    maxWorkgroupBytes: limits.maxComputeWorkgroupStorageSize,
    maxStorageBuffers: limits.maxStorageBuffersPerShaderStage,
  };
}

const MEBIBYTE = 2 ** 20;

/** `tensors up to 2048 MiB, 10 buffers and 32 KiB of shared memory a program`. */
export function limitsInWords(limits: DeviceLimits): string {
  const tensor = Math.floor(Math.min(limits.maxBufferBytes, limits.maxBindingBytes) / MEBIBYTE);
  return `tensors up to ${tensor} MiB, ${limits.maxStorageBuffers} buffers and ${limits.maxWorkgroupBytes / 1024} KiB of shared memory a program`;
}

/** All numeric limits of an adapter, or those among `names`. */
function limitsRequest(limits: GPUSupportedLimits, names?: readonly string[]): Record<string, number> {
  const request: Record<string, number> = {};
  for (const name in limits) {
    const value = (limits as unknown as Record<string, unknown>)[name];
    if (typeof value === 'number' && (!names || names.includes(name))) request[name] = value;
  }
  return request;
}

/** The adapter's fast GPU, or null where the browser has WebGPU but no adapter; also null without WebGPU. */
async function requestAdapter(): Promise<GPUAdapter | null> {
  if (typeof navigator === 'undefined' || !navigator.gpu) return null;
  return navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
}

/**
 * A device with the adapter's own limits (RoBERTa's embedding, 154 MB, is over the default of 128 MiB a binding) and the
 * features that programs can use. Steps down to the usual limits, then to the defaults, if the driver refuses.
 * @returns why there is none, as a sentence, where there is none.
 */
export async function requestDevice(): Promise<{ device: GPUDevice; info: GPUAdapterInfo } | string> {
  const refused: string[] = [];
  for (const names of [undefined, USUAL_LIMITS, []]) {
    // A fresh adapter each time: one that has failed may be used up.
    const adapter = await requestAdapter().catch((error: unknown) => String(error));
    if (typeof adapter === 'string') return `the browser refused an adapter: ${adapter}`;
    if (!adapter) {
      return typeof navigator !== 'undefined' && navigator.gpu
        ? 'the browser found no GPU that it trusts (no WebGPU adapter)'
        : 'this browser has no WebGPU';
    }
    try {
      const device = await adapter.requestDevice({
        label: 'rerank-studio',
        requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
        requiredLimits: limitsRequest(adapter.limits, names),
      });
      // Older browsers have no info: then the adapter has no name.
      return { device, info: adapter.info ?? {} };
    } catch (error) {
      refused.push(error instanceof Error ? error.message : String(error));
    }
  }
  return `the adapter refused a device: ${refused.at(-1)}`;
}
