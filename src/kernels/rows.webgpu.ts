import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { ELEMENTWISE_MAIN, elementwise } from './elementwise.webgpu';
import { elementShape } from './half';
import { run, variants, type ElementType } from './program.webgpu';
import { storageOf, widthOf, type Storage } from './storage.webgpu';

/**
 * Sums of the rows of each segment, without atomics and in a fixed order.
 *  - Short segments (words): a thread adds up one segment in one column.
 *  - Long ones (token types): a workgroup adds up one segment in 8 columns; each column by 8 threads, which take every 8th
 *    row and then add their sums.
 */
const SIDE = 8;

/** Mean length from which segments count as long. */
const LONG = 32;

const tensors = (storage: Storage, scaled: boolean) => ({
  storage,
  outputs: { y: 'real' as ElementType },
  inputs: {
    x: 'stored' as ElementType,
    order: 'i32' as ElementType,
    starts: 'i32' as ElementType,
    ...(scaled && { inverse: 'f32' as ElementType }),
  },
});

const short = variants((storage: Storage, scaled: boolean) => ({
  name: 'SegmentSumShort',
  ...tensors(storage, scaled),
  uniforms: { count: 'u32', columns: 'u32' },
  code: `${ELEMENTWISE_MAIN}
  let segment = i / u.columns;
  let column = i % u.columns;
  var sum = real();
  for (var entry = starts[segment]; entry < starts[segment + 1]; entry++) {
    sum += wide(x[u32(order[entry]) * u.columns + column]);
  }
  y[i] = sum${scaled ? ' * inverse[0]' : ''};
}`,
}));

const long = variants((storage: Storage, scaled: boolean) => ({
  name: 'SegmentSumLong',
  ...tensors(storage, scaled),
  uniforms: { columns: 'u32' },
  code: `
var<workgroup> parts: array<array<real, ${SIDE}>, ${SIDE}>;
@compute @workgroup_size(${SIDE}, ${SIDE})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let column = group.y * ${SIDE}u + local.x;
  let inside = column < u.columns;
  var sum = real();
  if (inside) {
    for (var i = starts[group.x] + i32(local.y); i < starts[group.x + 1]; i += ${SIDE}) {
      sum += wide(x[u32(order[i]) * u.columns + column]);
    }
  }
  parts[local.y][local.x] = sum;
  workgroupBarrier();
  if (local.y != 0 || !inside) { return; }
  for (var i = 1u; i < ${SIDE}u; i++) { sum += parts[i][local.x]; }
  y[group.x * u.columns + column] = sum${scaled ? ' * inverse[0]' : ''};
}`,
}));

const segmentSumKernel: tf.KernelFunc = ({ inputs, backend }) => {
  const { x, order, starts, inverse } = inputs as { [name in 'x' | 'order' | 'starts']: tf.TensorInfo } & {
    inverse?: tf.TensorInfo;
  };
  const webgpu = backend as WebGPUBackend;
  const columns = elementShape(x)[1]!;
  const segments = starts.shape[0]! - 1;
  const storage = storageOf(webgpu, x, columns);
  const width = widthOf(storage);
  const scaled = inverse !== undefined;
  const given = {
    outputs: { y: [segments, columns] },
    inputs: { x, order, starts, ...(inverse && { inverse }) },
  };
  if (order.shape[0]! < LONG * segments) {
    const { count, workgroups } = elementwise(segments * columns, storage);
    return run(webgpu, short(storage, scaled), {
      ...given,
      uniforms: { count, columns: columns / width },
      workgroups,
    })[0]!;
  }
  return run(webgpu, long(storage, scaled), {
    ...given,
    uniforms: { columns: columns / width },
    workgroups: [segments, Math.ceil(columns / width / SIDE)],
  })[0]!;
};

export const ROWS_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'SegmentSum', backendName: 'webgpu', kernelFunc: segmentSumKernel },
];
