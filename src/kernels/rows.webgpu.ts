import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { widthOf } from './elementwise.webgpu';
import { run, variants, type ElementType } from './program.webgpu';

/**
 * A workgroup adds up the rows of one segment in 8 columns: each column by 8 threads, which take every 8th row and then add
 * their sums in order. No thread waits for another's write, and the order of sums is fixed.
 */
const SIDE = 8;

const sums = variants((width: number) => {
  const type: ElementType = width === 4 ? 'vec4f' : 'f32';
  const zero = width === 4 ? 'vec4f()' : '0.0';
  return {
    name: 'SegmentSum',
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
  return run(backend as WebGPUBackend, sums(width), {
    outputs: { y: [segments, columns] },
    inputs: { x, order, starts },
    uniforms: { columns: columns / width },
    workgroups: [segments, Math.ceil(columns / width / SIDE)],
  })[0]!;
};

export const ROWS_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'SegmentSum', backendName: 'webgpu', kernelFunc: segmentSumKernel },
];
