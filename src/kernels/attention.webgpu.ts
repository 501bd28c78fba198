import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { ATTENTION_DROPOUT_STRIDE, type AttentionOptions } from './attention';
import { elementShape } from './half';
import { run, unrolled, variants, type ProgramSource, type UniformType } from './program.webgpu';
import { DROPOUT_UNIFORMS, MASK_WGSL, dropoutUniforms } from './random.webgpu';
import { storageOf, type Storage } from './storage.webgpu';

/**
 * Attention in a ragged batch without a score matrix (Dao et al., 2022, FlashAttention): a thread owns one row and head,
 * keeps its vectors in registers, and walks over the rows of its own sequence. Neighbouring threads read the same rows at
 * the same time, so the cache serves them; there is no barrier, and the order of every sum is fixed.
 *
 *   forward     a query row    walks over its keys      →  context, log Σ exp
 *   dQueries    a query row    walks over its keys      →  dq, and Σ_c context · dContext ("centre") for the next
 *   dKeyValues  a key row      walks over its queries   →  dkv
 */
const ROWS = 64;

/** Rows of the inner walk that are worked off together: one rescaling of the running sums for all of them. */
const BLOCK = 4;

const MAIN = `
@compute @workgroup_size(${ROWS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = i32(id.x);
  let head = i32(id.y);
  if (row >= u.rows) { return; }
`;

/** Floats of a row as vec4s: column of this head in a row of q, and in a row of kv (keys first, then values). */
const COLUMNS = `
  let qRow = u.hidden4;
  let kvRow = 2 * u.hidden4;
  let column = head * u.d4;
`;

const dot = (d4: number, a: (c: number) => string, b: (c: number) => string) =>
  unrolled(d4, (c) => `dot(${a(c)}, ${b(c)})`, ' + ');

function source(
  name: string,
  storage: Storage,
  dropout: boolean,
  parts: Omit<ProgramSource, 'name' | 'storage' | 'uniforms'>,
): ProgramSource {
  const uniforms: Record<string, UniformType> = { rows: 'i32', heads: 'i32', hidden4: 'i32', d4: 'i32', scale: 'f32' };
  return {
    name,
    storage,
    ...parts,
    uniforms: dropout ? { ...uniforms, ...DROPOUT_UNIFORMS } : uniforms,
    code: (dropout ? MASK_WGSL : '') + parts.code,
  };
}

/** Index of the first key's element in the dropout mask; key number j follows at + j. */
const firstElement = (query: string) =>
  `((u.firstRow + u32(${query})) * u32(u.heads) + u32(head)) * ${ATTENTION_DROPOUT_STRIDE}u`;

const forward = variants((d4: number, storage: Storage, dropout: boolean) => {
  const block = (size: number) => `
    for (; j + ${size} <= keyRows.y; j += ${size}) {
      ${unrolled(
        size,
        (b) => `
      let k${b} = (j + ${b}) * kvRow + column;
      let s${b} = u.scale * (${dot(
        d4,
        (c) => `q${c}`,
        (c) => `wide(kv[k${b} + ${c}])`,
      )});`,
      )}
      let largest = max(m, ${unrolled(size, (b) => (b < size - 1 ? `max(s${b}, ` : `s${b}`), '')}${')'.repeat(size - 1)});
      let shrink = exp(m - largest);
      m = largest;
      ${unrolled(size, (b) => `let p${b} = exp(s${b} - m);`)}
      sum = sum * shrink + (${unrolled(size, (b) => `p${b}`, ' + ')});
      ${dropout ? unrolled(size, (b) => `let w${b} = p${b} * mask(element + u32(j + ${b} - keyRows.x));`) : unrolled(size, (b) => `let w${b} = p${b};`)}
      ${unrolled(d4, (c) => `o${c} = o${c} * shrink + ${unrolled(size, (b) => `w${b} * wide(kv[k${b} + u.hidden4 + ${c}])`, ' + ')};`)}
    }`;
  return source('RaggedAttention', storage, dropout, {
    outputs: { context: 'stored', logSumExp: 'f32' },
    inputs: { q: 'stored', kv: 'stored', keyBounds: 'vec2i' },
    code: `${MAIN}${COLUMNS}
  let first = row * qRow + column;
  ${unrolled(d4, (c) => `let q${c} = wide(q[first + ${c}]);\n  var o${c} = vec4f();`)}
  let keyRows = keyBounds[row];
  ${dropout ? `let element = ${firstElement('row')};` : ''}
  // Finite: NaN and infinity are not to be relied on in WGSL.
  var m = -1e30;
  var sum = 0.0;
  var j = keyRows.x;
  ${block(BLOCK)}
  ${block(1)}
  let empty = keyRows.x >= keyRows.y;
  let inverse = select(1.0 / sum, 0.0, empty);
  ${unrolled(d4, (c) => `context[first + ${c}] = narrow(o${c} * inverse);`)}
  logSumExp[row * u.heads + head] = select(m + log(sum), 0.0, empty);
}`,
  });
});

const dQueries = variants((d4: number, storage: Storage, dropout: boolean) =>
  source('RaggedAttentionGradQueries', storage, dropout, {
    outputs: { dq: 'stored', centres: 'f32' },
    inputs: { q: 'stored', kv: 'stored', context: 'stored', logSumExp: 'f32', dContext: 'stored', keyBounds: 'vec2i' },
    code: `${MAIN}${COLUMNS}
  let first = row * qRow + column;
  ${unrolled(d4, (c) => `let q${c} = wide(q[first + ${c}]);\n  let do${c} = wide(dContext[first + ${c}]);\n  var dq${c} = vec4f();`)}
  let keyRows = keyBounds[row];
  ${dropout ? `let element = ${firstElement('row')};` : ''}
  let lse = logSumExp[row * u.heads + head];
  let centre = ${dot(
    d4,
    (c) => `do${c}`,
    (c) => `wide(context[first + ${c}])`,
  )};
  for (var j = keyRows.x; j < keyRows.y; j++) {
    let k = j * kvRow + column;
    let p = exp(u.scale * (${dot(
      d4,
      (c) => `q${c}`,
      (c) => `wide(kv[k + ${c}])`,
    )}) - lse);
    var dp = ${dot(
      d4,
      (c) => `do${c}`,
      (c) => `wide(kv[k + u.hidden4 + ${c}])`,
    )};
    ${dropout ? 'dp *= mask(element + u32(j - keyRows.x));' : ''}
    let ds = p * (dp - centre);
    ${unrolled(d4, (c) => `dq${c} += ds * wide(kv[k + ${c}]);`)}
  }
  ${unrolled(d4, (c) => `dq[first + ${c}] = narrow(u.scale * dq${c});`)}
  centres[row * u.heads + head] = centre;
}`,
  }),
);

const dKeyValues = variants((d4: number, storage: Storage, dropout: boolean) =>
  source('RaggedAttentionGradKeyValues', storage, dropout, {
    outputs: { dkv: 'stored' },
    inputs: {
      q: 'stored',
      kv: 'stored',
      logSumExp: 'f32',
      dContext: 'stored',
      centres: 'f32',
      queryBounds: 'vec2i',
      keyBounds: 'vec2i',
    },
    code: `${MAIN}${COLUMNS}
  let first = row * kvRow + column;
  ${unrolled(d4, (c) => `let k${c} = wide(kv[first + ${c}]);\n  let v${c} = wide(kv[first + u.hidden4 + ${c}]);`)}
  ${unrolled(d4, (c) => `var dk${c} = vec4f();\n  var dv${c} = vec4f();`)}
  let queryRows = queryBounds[row];
  ${dropout ? 'var keyNumber = 0u;\n  if (queryRows.x < queryRows.y) { keyNumber = u32(row - keyBounds[queryRows.x].x); }' : ''}
  for (var i = queryRows.x; i < queryRows.y; i++) {
    let r = i * qRow + column;
    let p = exp(u.scale * (${dot(
      d4,
      (c) => `wide(q[r + ${c}])`,
      (c) => `k${c}`,
    )}) - logSumExp[i * u.heads + head]);
    ${dropout ? `let kept = mask(${firstElement('i')} + keyNumber);` : ''}
    let dp = ${dropout ? 'kept * ' : ''}(${dot(
      d4,
      (c) => `wide(dContext[r + ${c}])`,
      (c) => `v${c}`,
    )});
    let ds = p * (dp - centres[i * u.heads + head]);
    let w = p${dropout ? ' * kept' : ''};
    ${unrolled(d4, (c) => `dk${c} += ds * wide(q[r + ${c}]);\n    dv${c} += w * wide(dContext[r + ${c}]);`)}
  }
  ${unrolled(d4, (c) => `dkv[first + ${c}] = narrow(u.scale * dk${c});\n  dkv[first + u.hidden4 + ${c}] = narrow(dv${c});`)}
}`,
  }),
);

/** Vec4s of a head, and the numbers of all three programs for `rows` rows. */
function geometry(backend: WebGPUBackend, q: tf.TensorInfo, { heads, dropout }: AttentionOptions) {
  const hidden = elementShape(q)[1]!;
  const d = hidden / heads;
  if (d % 4 !== 0)
    throw new Error(`attention on webgpu: expected a head size divisible by 4, found ${hidden} / ${heads}`);
  const numbers = {
    heads,
    hidden4: hidden / 4,
    d4: d / 4,
    scale: 1 / Math.sqrt(d),
    ...(dropout ? dropoutUniforms(dropout) : {}),
  };
  return {
    variant: [d / 4, storageOf(backend, q, hidden), dropout !== undefined] as [number, Storage, boolean],
    over: (rows: number) => ({
      uniforms: { rows, ...numbers },
      workgroups: [Math.ceil(rows / ROWS), heads] as [number, number],
    }),
  };
}

type Inputs = Record<string, tf.TensorInfo>;

const attentionKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { q, kv, keyBounds } = inputs as { q: tf.TensorInfo; kv: tf.TensorInfo; keyBounds: tf.TensorInfo };
  const options = attrs as unknown as AttentionOptions;
  const webgpu = backend as WebGPUBackend;
  const { variant, over } = geometry(webgpu, q, options);
  const rows = q.shape[0]!;
  return run(webgpu, forward(...variant), {
    outputs: { context: elementShape(q), logSumExp: [rows, options.heads] },
    inputs: { q, kv, keyBounds },
    ...over(rows),
  });
};

const attentionGradientKernel: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  const { q, kv, context, logSumExp, dContext, keyBounds, queryBounds } = inputs as Inputs & {
    q: tf.TensorInfo;
    kv: tf.TensorInfo;
  };
  const webgpu = backend as WebGPUBackend;
  const options = attrs as unknown as AttentionOptions;
  const { variant, over } = geometry(webgpu, q, options);
  const [dq, centres] = run(webgpu, dQueries(...variant), {
    outputs: { dq: elementShape(q), centres: [q.shape[0]!, options.heads] },
    inputs: { q, kv, context: context!, logSumExp: logSumExp!, dContext: dContext!, keyBounds: keyBounds! },
    ...over(q.shape[0]!),
  }) as [tf.TensorInfo, tf.TensorInfo];
  const [dkv] = run(webgpu, dKeyValues(...variant), {
    outputs: { dkv: elementShape(kv) },
    inputs: {
      q,
      kv,
      logSumExp: logSumExp!,
      dContext: dContext!,
      centres,
      queryBounds: queryBounds!,
      keyBounds: keyBounds!,
    },
    ...over(kv.shape[0]!),
  }) as [tf.TensorInfo];
  webgpu.disposeData(centres.dataId);
  return [dq, dkv];
};

export const ATTENTION_KERNELS: tf.KernelConfig[] = [
  { kernelName: 'RaggedAttention', backendName: 'webgpu', kernelFunc: attentionKernel },
  { kernelName: 'RaggedAttentionGrad', backendName: 'webgpu', kernelFunc: attentionGradientKernel },
];
