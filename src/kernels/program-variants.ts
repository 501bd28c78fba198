import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** Which variants of the programs run on a device: chosen when it is opened, by what it offers. */
export interface ProgramVariants {
  /** Whether halves are computed with (`shader-f16`), not only stored. */
  halves: boolean;
  /** Neighbouring threads that are sure to share a subgroup (`subgroups`), a power of two; 1 where there are none. */
  lanes: number;
}

const PLAIN: ProgramVariants = { halves: false, lanes: 1 };

/** The smallest subgroup that WebGPU knows. */
const SMALLEST_SUBGROUP = 4;

const chosen = new WeakMap<GPUDevice, ProgramVariants>();

/** What a device has the features for. */
export function variantsFor({ features }: GPUDevice, info: Partial<GPUAdapterInfo>): ProgramVariants {
  return {
    halves: features.has('shader-f16'),
    lanes: features.has('subgroups') ? (info.subgroupMinSize ?? SMALLEST_SUBGROUP) : 1,
  };
}

/** From now on programs for this device are of these variants. */
export function useVariants({ device }: WebGPUBackend, variants: Partial<ProgramVariants>): void {
  chosen.set(device, { ...variantsOf({ device }), ...variants });
}

/** The variants in use. */
export function variantsOf({ device }: Pick<WebGPUBackend, 'device'>): ProgramVariants {
  return chosen.get(device) ?? PLAIN;
}
