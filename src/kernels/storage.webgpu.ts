import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { LARGEST_HALF, isHalf } from './half';
import { variantsOf } from './program-variants';

/**
 * How a program finds the elements of its matrices. One source serves all: it declares them as `stored`, reads `wide(x[i])` and
 * writes `y[i] = narrow(value)`, and computes in `real`s.
 *
 *   f32      a float at a time, where a row's length is not divisible by 4
 *   f32x4    four floats
 *   packed   four halves in two integers, which every device can take apart: computed with as floats
 *   f16x4    the same four halves where the device knows them (`shader-f16`)
 */
export type Storage = 'f32' | 'f32x4' | 'packed' | 'f16x4';

const SATURATED = `clamp(x, vec4f(-${LARGEST_HALF}), vec4f(${LARGEST_HALF}))`;

const TYPES: Record<Storage, { stored: string; real: string; wide: string; narrow: string }> = {
  f32: { stored: 'f32', real: 'f32', wide: 'return x;', narrow: 'return x;' },
  f32x4: { stored: 'vec4f', real: 'vec4f', wide: 'return x;', narrow: 'return x;' },
  packed: {
    stored: 'vec2u',
    real: 'vec4f',
    wide: 'return vec4f(unpack2x16float(x.x), unpack2x16float(x.y));',
    narrow: `let y = ${SATURATED}; return vec2u(pack2x16float(y.xy), pack2x16float(y.zw));`,
  },
  f16x4: { stored: 'vec4<f16>', real: 'vec4f', wide: 'return vec4f(x);', narrow: `return vec4<f16>(${SATURATED});` },
};

/** WGSL types `stored` and `real`, and what turns one into the other. */
export function storageWgsl(storage: Storage): string {
  const { stored, real, wide, narrow } = TYPES[storage];
  return `alias stored = ${stored};
alias real = ${real};
fn wide(x: stored) -> real { ${wide} }
fn narrow(x: real) -> stored { ${narrow} }
`;
}

/** Elements at a time. */
export function widthOf(storage: Storage): 1 | 4 {
  return storage === 'f32' ? 1 : 4;
}

export function isHalfStorage(storage: Storage): boolean {
  return storage === 'packed' || storage === 'f16x4';
}

/** How halves are read on this device. */
export function halfStorage(backend: WebGPUBackend): Storage {
  return variantsOf(backend).halves ? 'f16x4' : 'packed';
}

/** How a tensor is read of which `size` elements belong together: a row, or all. */
export function storageOf(backend: WebGPUBackend, x: tf.TensorInfo, size: number): Storage {
  return isHalf(x) ? halfStorage(backend) : floatStorage(size);
}

/** The same for one that is always made of floats. */
export function floatStorage(size: number): Storage {
  return size % 4 === 0 ? 'f32x4' : 'f32';
}
