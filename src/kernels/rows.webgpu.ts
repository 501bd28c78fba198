import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { ELEMENTWISE_MAIN, elementwise, widthOf } from './elementwise.webgpu';
import { run, variants, type ElementType } from './program.webgpu';

/**
 * Sums of the rows of each segment, without atomics and in a fixed order.
 *  - Short segments (words): a thread adds up one segment in one column.
 *  - Long ones (token types): a workgroup adds up one segment in 8 columns; each column by 8 threads, which take every 8th
 *    row and then add their sums.
 */
const SIDE = 8;

/** Mean length from which segments count as long. */
const LONG = 32;

const short = variants((width: number) => {
  const type: ElementType = width === 4 ? 'vec4f' : 'f32';
  return {
    name: 'SegmentSumShort',
    outputs: { y: type },
    inputs: { x: type, order: 'i32', starts: 'i32' },
    uniforms: { count: 'u32', columns: 'u32' },
    code: `${ELEMENTWISE_MAIN}
  let segment = i / u.columns;
  let column = i % u.columns;
  var sum = ${width === 4 ? 'vec4f()' : '0.0'};
  for (var entry = starts[segment]; entry < starts[segment + 1]; entry++) {
    sum += x[u32(order[entry]) * u.columns + column];
  }
  y[i] = sum;
}`,
  };
});

const long = variants((width: number) => {
  const type: ElementType = width === 4 ? 'vec4f' : 'f32';
  const zero = width === 4 ? 'vec4f()' : '0.0';
  return {
    name: 'SegmentSumLong',
    outputs: { y: type },
    inputs: { x: type, order: 'i32', starts: 'i32' },
    uniforms: { columns: 'u32' },
    code: `
var<workgroup> parts: array<array<${type}, ${SIDE}>, ${SIDE}>;
@compute @workgroup_size(${SIDE}, ${SIDE})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let column = group.y * ${SIDE}u + local.x;
  let inside = column < u.columns;
  var sum = ${zero};
  if (inside) {
    for (var i = starts[group.x] + i32(local.y); i < starts[group.x + 1]; i += ${SIDE}) {
      sum += x[u32(order[i]) * u.columns + column];
    }
  }
  parts[local.y][local.x] = sum;
  workgroupBarrier();
  if (local.y != 0 || !inside) { return; }
  for (var i = 1u; i < ${SIDE}u; i++) { sum += parts[i][local.x]; }
  y[group.x * u.columns + column] = sum;
}`,
  };
});

const segmentSumKernel: tf.KernelFunc = ({ inputs, backend }) => {
  const { x, order, starts } = inputs as { x: tf.TensorInfo; order: tf.TensorInfo; starts: tf.TensorInfo };
  const columns = x.shape[1]!;
  const segments = starts.shape[0]! - 1;
  const width = widthOf(columns);
  const given = { outputs: { y: [segments, columns] }, inputs: { x, order, starts } };
  if (order.shape[0]! < LONG * segments) {
    const { count, workgroups } = elementwise(segments * columns, width);
    return run(backend as WebGPUBackend, short(width), {
      ...given,
      uniforms: { count, columns: columns / width },
      workgroups,
    })[0]!;
  }
  return run(backend as WebGPUBackend, long(width), {
    ...given,
    uniforms: { columns: columns / width },
    workgroups: [segments, Math.ceil(columns / width / SIDE)],
  })[0]!;
};

export const ROWS_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'SegmentSum', backendName: 'webgpu', kernelFunc: segmentSumKernel },
];
