import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Dropout } from './dropout';
import { columnSums } from './column-sums.webgpu';
import { elementShape } from './half';
import { run, unrolled, variants, type ElementType } from './program.webgpu';
import { variantsOf } from './program-variants';
import { DROPOUT_UNIFORMS, MASK_WGSL, dropoutUniforms } from './random.webgpu';
import { storageOf, type Storage } from './storage.webgpu';

/**
 * LayerNorm(dropout(x) + residual) and its gradient, a row at a time. A workgroup has LANES threads for each of ROWS rows;
 * a lane keeps its share of the row's columns in registers:
 *
 *   columns / 4     0 1 2 … 15 | 16 17 … 31 | 32 …        lane l has l, l + 16, l + 32, …
 */
const LANES = 16;
const ROWS = 4;

/** Rows that each row of lanes of the gradient takes one after the other, adding up γ's and β's gradients in registers. */
const ROWS_IN_TURN = 8;
const ROWS_A_WORKGROUP = ROWS * ROWS_IN_TURN;

/**
 * Sum over the lanes of a row of the two values, the same for every lane; all threads of the workgroup must call it. Lanes that
 * are sure to share a subgroup add by shuffles, the others through workgroup memory, in the same order for all.
 */
const rowSums = (shared: number) => `
var<workgroup> lanes: array<vec2f, ${LANES * ROWS}>;
fn rowSums(place: u32, lane: u32, value: vec2f) -> vec2f {
  var sum = value;
  ${unrolled(Math.log2(shared), (step) => `sum += subgroupShuffleXor(sum, ${2 ** step}u);`)}
  ${
    shared === LANES
      ? ''
      : `lanes[place] = sum;
  workgroupBarrier();
  let first = place - lane;
  sum = ${unrolled(LANES / shared, (i) => `lanes[first + ${i * shared}u]`, ' + ')};
  // Nobody may overwrite it before all have it.
  workgroupBarrier();`
  }
  return sum;
}
`;

/** Vec4s of a row that a lane keeps. */
const perLane = (columns4: number) => Math.ceil(columns4 / LANES);

/** Number of a lane's c-th vec4, and whether the row has it. */
const column = (c: number) => `(lane + ${c * LANES}u)`;
const guarded = (columns4: number, c: number, statement: string) =>
  (c + 1) * LANES <= columns4 ? statement : `if (${column(c)} < ${columns4}u) { ${statement} }`;

/** Sets `s0, s1, …`: the lane's share of dropout(x) + residual. */
const load = (columns4: number, dropout: boolean, residual: boolean) =>
  unrolled(perLane(columns4), (c) => {
    const at = `row * ${columns4}u + ${column(c)}`;
    const drop = `let e${c} = 4u * ((u.firstRow + row) * ${columns4}u + ${column(c)});
      s${c} *= vec4f(mask(e${c}), mask(e${c} + 1u), mask(e${c} + 2u), mask(e${c} + 3u));`;
    const read = `s${c} = wide(x[${at}]); ${dropout ? drop : ''} ${residual ? `s${c} += wide(residual[${at}]);` : ''}`;
    return guarded(columns4, c, read);
  });

const common = (dropout: boolean, residual: boolean) => ({
  x: 'stored' as ElementType,
  ...(residual ? { residual: 'stored' as ElementType } : {}),
  uniforms: dropout ? DROPOUT_UNIFORMS : {},
});

const forward = variants((columns4: number, storage: Storage, shared: number, dropout: boolean, residual: boolean) => {
  const { uniforms, ...tensors } = common(dropout, residual);
  const shares = perLane(columns4);
  return {
    name: 'ResidualLayerNorm',
    storage,
    subgroups: shared > 1,
    outputs: { y: 'stored', statistics: 'vec2f' },
    inputs: { ...tensors, gamma: 'vec4f', beta: 'vec4f' },
    uniforms: { rows: 'u32', epsilon: 'f32', ...uniforms },
    code: `${dropout ? MASK_WGSL : ''}${rowSums(shared)}
@compute @workgroup_size(${LANES}, ${ROWS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) place: u32) {
  let lane = local.x;
  let row = (group.y * groups.x + group.x) * ${ROWS}u + local.y;
  let inside = row < u.rows;
  ${unrolled(shares, (c) => `var s${c} = vec4f();`)}
  if (inside) {
    ${load(columns4, dropout, residual)}
  }
  let mean = rowSums(place, lane, vec2f(dot(vec4f(1), ${unrolled(shares, (c) => `s${c}`, ' + ')}), 0)).x / ${4 * columns4}.0;
  var squares = 0.0;
  ${unrolled(shares, (c) => guarded(columns4, c, `s${c} -= mean; squares += dot(s${c}, s${c});`))}
  let variance = rowSums(place, lane, vec2f(squares, 0)).x / ${4 * columns4}.0;
  let inverse = inverseSqrt(variance + u.epsilon);
  if (!inside) { return; }
  ${unrolled(shares, (c) => guarded(columns4, c, `y[row * ${columns4}u + ${column(c)}] = narrow(s${c} * inverse * gamma[${column(c)}] + beta[${column(c)}]);`))}
  if (lane == 0) { statistics[row] = vec2f(mean, inverse); }
}`,
  };
});

/**
 * dSum = (dy γ − mean(dy γ) − n mean(dy γ n)) / σ with n the normalised row; and for each workgroup the sums over its rows of
 * dy n and dy, two rows of `partials`.
 */
const backward = variants((columns4: number, storage: Storage, shared: number, dropout: boolean, residual: boolean) => {
  const { uniforms, ...tensors } = common(dropout, residual);
  const shares = perLane(columns4);
  return {
    name: 'ResidualLayerNormGrad',
    storage,
    subgroups: shared > 1,
    outputs: { dSum: 'stored', partials: 'vec4f' },
    inputs: { dy: 'stored', ...tensors, gamma: 'vec4f', statistics: 'vec2f' },
    uniforms: { rows: 'u32', ...uniforms },
    code: `${dropout ? MASK_WGSL : ''}${rowSums(shared)}
var<workgroup> combined: array<vec4f, ${LANES * ROWS}>;
@compute @workgroup_size(${LANES}, ${ROWS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) place: u32) {
  let lane = local.x;
  let workgroup = group.y * groups.x + group.x;
  ${unrolled(shares, (c) => `var dGamma${c} = vec4f();\n  var dBeta${c} = vec4f();`)}
  for (var turn = 0u; turn < ${ROWS_IN_TURN}u; turn++) {
    let row = workgroup * ${ROWS_A_WORKGROUP}u + turn * ${ROWS}u + local.y;
    let inside = row < u.rows;
    ${unrolled(shares, (c) => `var s${c} = vec4f();\n    var g${c} = vec4f();`)}
    var sums = vec2f();
    var inverse = 0.0;
    if (inside) {
      let known = statistics[row];
      inverse = known.y;
      ${load(columns4, dropout, residual)}
      ${unrolled(shares, (c) =>
        guarded(
          columns4,
          c,
          `s${c} = (s${c} - known.x) * inverse;
      let dy${c} = wide(dy[row * ${columns4}u + ${column(c)}]);
      dGamma${c} += dy${c} * s${c};
      dBeta${c} += dy${c};
      g${c} = dy${c} * gamma[${column(c)}];
      sums += vec2f(dot(g${c}, vec4f(1)), dot(g${c}, s${c}));`,
        ),
      )}
    }
    let means = rowSums(place, lane, sums) / ${4 * columns4}.0;
    if (inside) {
      ${unrolled(shares, (c) => guarded(columns4, c, `dSum[row * ${columns4}u + ${column(c)}] = narrow(inverse * (g${c} - means.x - s${c} * means.y));`))}
    }
  }
  ${unrolled(2 * shares, (i) => {
    const c = i >> 1;
    const value = i % 2 === 0 ? `dGamma${c}` : `dBeta${c}`;
    const at = `(2u * workgroup + ${i % 2}u) * ${columns4}u + ${column(c)}`;
    const sum = unrolled(ROWS, (r) => `combined[lane + ${r * LANES}u]`, ' + ');
    return `combined[place] = ${value};
  workgroupBarrier();
  if (local.y == 0) { ${guarded(columns4, c, `partials[${at}] = ${sum};`)} }
  workgroupBarrier();`;
  })}
}`,
  };
});

type Inputs = Record<string, tf.TensorInfo>;

function geometry(backend: WebGPUBackend, inputs: Inputs, dropout: Dropout | undefined) {
  const x = inputs['x']!;
  const [rows, columns] = elementShape(x) as [number, number];
  if (columns % 4 !== 0) throw new Error(`layer norm on webgpu: expected columns divisible by 4, found ${columns}`);
  return {
    rows,
    columns,
    variant: [
      columns / 4,
      storageOf(backend, x, columns),
      Math.min(LANES, variantsOf(backend).lanes),
      dropout !== undefined,
      'residual' in inputs,
    ] as [number, Storage, number, boolean, boolean],
    uniforms: { rows, ...(dropout ? dropoutUniforms(dropout) : {}) },
  };
}

const layerNormKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const given = inputs as Inputs;
  const { epsilon, dropout } = attrs as unknown as { epsilon: number; dropout?: Dropout };
  const webgpu = backend as WebGPUBackend;
  const { rows, columns, variant, uniforms } = geometry(webgpu, given, dropout);
  return run(webgpu, forward(...variant), {
    outputs: { y: [rows, columns], statistics: [rows, 2] },
    inputs: given,
    uniforms: { ...uniforms, epsilon },
    workgroups: [Math.ceil(rows / ROWS)],
  });
};

const layerNormGradientKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { inverse, ...given } = inputs as Inputs;
  const webgpu = backend as WebGPUBackend;
  const { dropout } = attrs as unknown as { dropout?: Dropout };
  const { rows, columns, variant, uniforms } = geometry(webgpu, given, dropout);
  const workgroups = Math.ceil(rows / ROWS_A_WORKGROUP);
  const [dSum, partials] = run(webgpu, backward(...variant), {
    outputs: { dSum: [rows, columns], partials: [workgroups, 2, columns] },
    inputs: given,
    uniforms,
    workgroups: [workgroups],
  }) as [tf.TensorInfo, tf.TensorInfo];
  const [dGamma, dBeta] = columnSums(webgpu, partials, workgroups, columns, inverse) as [tf.TensorInfo, tf.TensorInfo];
  webgpu.disposeData(partials.dataId);
  return [dSum, dGamma, dBeta];
};

export const LAYER_NORM_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'ResidualLayerNorm', backendName: 'webgpu', kernelFunc: layerNormKernel },
  { kernelName: 'ResidualLayerNormGrad', backendName: 'webgpu', kernelFunc: layerNormGradientKernel },
];
