import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { program, run } from './program.webgpu';
import { WINDOW_ELEMENTS, fill, makeWindow, totalSize, windows } from './window.webgpu';

const THREADS = 64;

/** Workgroups of a window, each with one partial sum: fixed, so that the order of sums is. */
const WORKGROUPS = 128;

/** The sum over a workgroup, for its first thread. One barrier: a tree's six cost a software adapter more than the sum. */
const TOTAL = `
var<workgroup> sums: array<f32, ${THREADS}>;
fn total(place: u32, value: f32) -> f32 {
  sums[place] = value;
  workgroupBarrier();
  if (place != 0u) { return 0.0; }
  var sum = value;
  for (var i = 1u; i < ${THREADS}u; i++) { sum += sums[i]; }
  return sum;
}
`;

const squares = program({
  name: 'GlobalNormSquares',
  outputs: {},
  inputs: { x: 'f32' },
  inPlace: { partials: 'f32' },
  uniforms: { count: 'u32', firstPartial: 'u32' },
  code: `${TOTAL}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  var sum = 0.0;
  for (var i = group.x * ${THREADS}u + place; i < u.count; i += ${THREADS * WORKGROUPS}u) { sum += x[i] * x[i]; }
  let all = total(place, sum);
  if (place == 0u) { partials[u.firstPartial + group.x] = all; }
}`,
});

const root = program({
  name: 'GlobalNorm',
  outputs: { norm: 'f32' },
  inputs: { partials: 'f32' },
  uniforms: { count: 'u32' },
  code: `${TOTAL}
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) place: u32) {
  var sum = 0.0;
  for (var i = place; i < u.count; i += ${THREADS}u) { sum += partials[i]; }
  let all = total(place, sum);
  if (place == 0u) { norm[0] = sqrt(all); }
}`,
});

const globalNormKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const webgpu = backend as WebGPUBackend;
  const { count } = attrs as unknown as { count: number };
  const tensors = Array.from({ length: count }, (_, i) => (inputs as Record<string, tf.TensorInfo>)[`x${i}`]!);
  const parts = windows(totalSize(tensors));
  const partials = webgpu.makeTensorInfo([parts.length * WORKGROUPS], 'float32');
  // The sizes of rows' gradients change from step to step: a whole window keeps tfjs's pool, which goes by size, small.
  const x = makeWindow(webgpu, WINDOW_ELEMENTS);
  parts.forEach(({ first, count: size }, i) => {
    fill(webgpu, x, tensors, first, size);
    run(webgpu, squares, {
      inputs: { x },
      inPlace: { partials },
      uniforms: { count: size, firstPartial: i * WORKGROUPS },
      workgroups: [WORKGROUPS],
    });
  });
  webgpu.disposeData(x.dataId);
  const [norm] = run(webgpu, root, {
    outputs: { norm: [] },
    inputs: { partials },
    uniforms: { count: parts.length * WORKGROUPS },
    workgroups: [1],
  });
  webgpu.disposeData(partials.dataId);
  return norm!;
};

export const GLOBAL_NORM_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'GlobalNorm', backendName: 'webgpu', kernelFunc: globalNormKernel },
];
