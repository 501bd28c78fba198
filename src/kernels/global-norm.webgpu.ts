import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { run, unrolled, variants } from './program.webgpu';
import { variantsOf } from './program-variants';
import { WINDOW_ELEMENTS, fill, makeWindow, totalSize, windows } from './window.webgpu';

const THREADS = 64;

/** Workgroups of a window, each with one partial sum: fixed, so that the order of sums is. */
const WORKGROUPS = 128;

/**
 * The sum over a workgroup, for its first thread: by shuffles among threads that are sure to share a subgroup, then one barrier (a
 * tree's six cost a software adapter more than the sum).
 */
const total = (shared: number) => `
var<workgroup> sums: array<f32, ${THREADS}>;
fn total(place: u32, value: f32) -> f32 {
  var sum = value;
  ${unrolled(Math.log2(shared), (step) => `sum += subgroupShuffleXor(sum, ${2 ** step}u);`)}
  sums[place] = sum;
  workgroupBarrier();
  if (place != 0u) { return 0.0; }
  for (var i = ${shared}u; i < ${THREADS}u; i += ${shared}u) { sum += sums[i]; }
  return sum;
}
`;

const squares = variants((shared: number) => ({
  name: 'GlobalNormSquares',
  subgroups: shared > 1,
  outputs: {},
  inputs: { x: 'f32' },
  inPlace: { partials: 'f32' },
  uniforms: { count: 'u32', firstPartial: 'u32' },
  code: `${total(shared)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  var sum = 0.0;
  for (var i = group.x * ${THREADS}u + place; i < u.count; i += ${THREADS * WORKGROUPS}u) { sum += x[i] * x[i]; }
  let all = total(place, sum);
  if (place == 0u) { partials[u.firstPartial + group.x] = all; }
}`,
}));

const root = variants((shared: number) => ({
  name: 'GlobalNorm',
  subgroups: shared > 1,
  outputs: { norm: 'f32' },
  inputs: { partials: 'f32' },
  uniforms: { count: 'u32' },
  code: `${total(shared)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) place: u32) {
  var sum = 0.0;
  for (var i = place; i < u.count; i += ${THREADS}u) { sum += partials[i]; }
  let all = total(place, sum);
  if (place == 0u) { norm[0] = sqrt(all); }
}`,
}));

const globalNormKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const webgpu = backend as WebGPUBackend;
  const { count } = attrs as unknown as { count: number };
  const tensors = Array.from({ length: count }, (_, i) => (inputs as Record<string, tf.TensorInfo>)[`x${i}`]!);
  const shared = Math.min(THREADS, variantsOf(webgpu).lanes);
  const parts = windows(totalSize(tensors));
  const partials = webgpu.makeTensorInfo([parts.length * WORKGROUPS], 'float32');
  // The sizes of rows' gradients change from step to step: a whole window keeps tfjs's pool, which goes by size, small.
  const x = makeWindow(webgpu, WINDOW_ELEMENTS);
  parts.forEach(({ first, count: size }, i) => {
    fill(webgpu, x, tensors, first, size);
    run(webgpu, squares(shared), {
      inputs: { x },
      inPlace: { partials },
      uniforms: { count: size, firstPartial: i * WORKGROUPS },
      workgroups: [WORKGROUPS],
    });
  });
  webgpu.disposeData(x.dataId);
  const [norm] = run(webgpu, root(shared), {
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
