import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { run, variants, type ElementType } from './program.webgpu';

/** A workgroup adds up 8 vec4s of columns; each by 8 threads, which take every 8th row and then add their sums in order. */
const SIDE = 8;

const pair = variants((scaled: boolean) => ({
  name: 'ColumnSums',
  outputs: { first: 'vec4f', second: 'vec4f' },
  inputs: { partials: 'vec4f', ...(scaled && { factor: 'f32' as ElementType }) },
  uniforms: { rows: 'u32', columns4: 'u32' },
  code: `
var<workgroup> sums: array<array<vec4f, ${SIDE}>, ${SIDE}>;
@compute @workgroup_size(${SIDE}, ${SIDE})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let column = group.x * ${SIDE}u + local.x;
  var sum = vec4f();
  if (column < 2u * u.columns4) {
    for (var row = local.y; row < u.rows; row += ${SIDE}u) { sum += partials[row * 2u * u.columns4 + column]; }
  }
  sums[local.y][local.x] = sum;
  workgroupBarrier();
  if (local.y != 0 || column >= 2u * u.columns4) { return; }
  for (var i = 1u; i < ${SIDE}u; i++) { sum += sums[i][local.x]; }
  ${scaled ? 'sum *= factor[0];' : ''}
  if (column < u.columns4) { first[column] = sum; } else { second[column - u.columns4] = sum; }
}`,
}));

/** Sums over the first dimension of `partials` [rows, 2, columns], times `factor` [1] if there is one → two of [columns]. */
export function columnSums(
  backend: WebGPUBackend,
  partials: tf.TensorInfo,
  rows: number,
  columns: number,
  factor?: tf.TensorInfo,
): tf.TensorInfo[] {
  return run(backend, pair(factor !== undefined), {
    outputs: { first: [columns], second: [columns] },
    inputs: { partials, ...(factor && { factor }) },
    uniforms: { rows, columns4: columns / 4 },
    workgroups: [Math.ceil(columns / 2 / SIDE)],
  });
}
