import type * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { isHalfStorage, storageWgsl, type Storage } from './storage.webgpu';

/**
 * A WGSL program that runs among tfjs's own: in its command queue, on its buffers, under its profiler. Unlike theirs it
 * may make several tensors or change some in place, which tfjs's generated declarations cannot say.
 *
 *   binding    0          1 …             …                          last
 *              output 0   inputs (read)   other outputs, in place    uniforms
 *
 * The code sees each tensor under its own name as an array of its element type, and each number as `u.name`.
 */
export interface ProgramSource {
  /** In errors and profiles. */
  name: string;
  /** Tells variants of one name apart. */
  variant?: string;
  /** Tensors that it makes; at least one, or none if some are changed in place. */
  outputs: Record<string, ElementType>;
  /** Tensors that it reads. */
  inputs: Record<string, ElementType>;
  /** Tensors that it changes. */
  inPlace?: Record<string, ElementType>;
  /** Scalars. */
  uniforms: Record<string, UniformType>;
  /** How its `stored` tensors lie; for programs that have such. */
  storage?: Storage;
  /** Whether its threads add across a subgroup. */
  subgroups?: boolean;
  /** Constants, functions, and `@compute @workgroup_size(…) fn main(…)`. */
  code: string;
}

/** `stored`: as `storage` has it; `real`: floats, as many as in a `stored`. */
export type ElementType = 'f32' | 'i32' | 'u32' | 'vec2i' | 'vec2f' | 'vec4f' | 'stored' | 'real';
export type UniformType = 'f32' | 'i32' | 'u32';

export interface Program extends ProgramSource {
  key: string;
  wgsl: string;
}

/** Completes a program with its declarations. */
export function program(source: ProgramSource): Program {
  const key = source.variant === undefined ? source.name : `${source.name}(${source.variant})`;
  return { ...source, key, wgsl: `${preamble(source)}${declarations(source)}\n${source.code}` };
}

/** What must come first in a module: the device's features that it uses, then the types of its declarations. */
function preamble({ storage, subgroups }: ProgramSource): string {
  const features = [...(storage === 'f16x4' ? ['f16'] : []), ...(subgroups ? ['subgroups'] : [])];
  return features.map((name) => `enable ${name};\n`).join('') + (storage ? storageWgsl(storage) : '');
}

/** Makes a program of each combination of arguments once. */
export function variants<Arguments extends (number | string | boolean)[]>(
  make: (...variant: Arguments) => ProgramSource,
): (...variant: Arguments) => Program {
  const made = new Map<string, Program>();
  return (...variant) => {
    const key = variant.join();
    let known = made.get(key);
    if (!known) made.set(key, (known = program({ variant: key, ...make(...variant) })));
    return known;
  };
}

/** Names of the read-write bindings after the inputs. */
function written({ outputs, inPlace = {} }: ProgramSource): [first: string, others: string[]] {
  const [first, ...others] = [...Object.keys(outputs), ...Object.keys(inPlace)];
  if (first === undefined) throw new Error('a program must write something');
  return [first, others];
}

/** What tfjs puts before our own uniforms: the stride of an output of one dimension. */
const TFJS_UNIFORM = 'tfjsOutputStride: i32';

/** Storage buffers that every WebGPU device lets a program bind. */
const GUARANTEED_BUFFERS = 8;

function declarations(source: ProgramSource): string {
  const types = { ...source.outputs, ...source.inputs, ...source.inPlace };
  const [first, others] = written(source);
  const bound = [
    ['read_write', first],
    ...Object.keys(source.inputs).map((name) => ['read', name]),
    ...others.map((name) => ['read_write', name]),
  ] as [string, string][];
  if (bound.length > GUARANTEED_BUFFERS) {
    throw new Error(`program ${source.name}: expected at most ${GUARANTEED_BUFFERS} tensors, found ${bound.length}`);
  }
  const fields = [TFJS_UNIFORM, ...Object.entries(source.uniforms).map(([name, type]) => `${name}: ${type}`)];
  return [
    `struct Uniforms { ${fields.join(', ')} };`,
    ...bound.map(
      ([access, name], i) => `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${types[name]}>;`,
    ),
    `@group(0) @binding(${bound.length}) var<uniform> u: Uniforms;`,
  ].join('\n');
}

/**
 * The layout is explicit: an automatic one leaves out what a variant does not use, and tfjs binds everything. Compilation
 * errors come as the device's `uncapturederror`, with the label.
 */
function compile(device: GPUDevice, source: Program): GPUComputePipeline {
  const [, others] = written(source);
  const kinds: GPUBufferBindingType[] = [
    'storage',
    ...Object.keys(source.inputs).map(() => 'read-only-storage' as const),
    ...others.map(() => 'storage' as const),
    'uniform',
  ];
  const layout = device.createBindGroupLayout({
    label: source.key,
    entries: kinds.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
  });
  return device.createComputePipeline({
    label: source.key,
    layout: device.createPipelineLayout({ label: source.key, bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ label: source.key, code: source.wgsl }), entryPoint: 'main' },
  });
}

/** What tfjs's types hide of its backend: compiled pipelines by shader key. */
interface PipelineCache {
  pipelineCache: Record<string, GPUComputePipeline>;
}

/** tfjs's PixelsOpType.FROM_PIXELS: the one kind of program whose key and uniforms tfjs leaves as they are. */
const UNDECORATED = 0;

export interface Run {
  /** Shape of each output in elements; float32, but halves (half.ts) where it is `stored` so. */
  outputs?: Record<string, number[]>;
  inputs: Record<string, tf.TensorInfo>;
  inPlace?: Record<string, tf.TensorInfo>;
  uniforms: Record<string, number>;
  /** How many in x, y and z; x may be over 65,535 if the others are 1: then the program must flatten x and y itself. */
  workgroups: [number, number?, number?];
}

/** Runs a program; returns its outputs in the order of its source. */
export function run(backend: WebGPUBackend, source: Program, given: Run): tf.TensorInfo[] {
  const cache = (backend as unknown as PipelineCache).pipelineCache;
  cache[source.key] ??= compile(backend.device, source);

  const outputs = Object.keys(source.outputs).map((name) => {
    const shape = given.outputs?.[name];
    if (!shape) throw new Error(`program ${source.key}: no shape given for its output ${name}`);
    const halves = source.outputs[name] === 'stored' && source.storage && isHalfStorage(source.storage);
    if (!halves) return backend.makeTensorInfo(shape, 'float32');
    return backend.makeTensorInfo([...shape.slice(0, -1), shape.at(-1)! / 2], 'int32');
  });
  const changed = Object.keys(source.inPlace ?? {}).map((name) => named(given.inPlace, name, source));
  const [first, ...others] = [...outputs, ...changed] as [tf.TensorInfo, ...tf.TensorInfo[]];
  const read = Object.keys(source.inputs).map((name) => named(given.inputs, name, source));
  const uniforms = Object.entries(source.uniforms).map(([name, type]) => {
    const value = given.uniforms[name];
    if (value === undefined) throw new Error(`program ${source.key}: no value given for its number ${name}`);
    return { type: TFJS_UNIFORM_TYPES[type], data: [value] };
  });

  const [x, y = 1, z = 1] = given.workgroups;
  const adapted: WebGPUProgram = {
    shaderKey: source.key,
    outputShape: first.shape,
    variableNames: Object.keys(source.inputs),
    workgroupSize: [1, 1, 1],
    dispatchLayout: { x: [0] },
    dispatch: [x, y, z],
    pixelsOpType: UNDECORATED as NonNullable<WebGPUProgram['pixelsOpType']>,
    getUserCode: () => source.wgsl,
  };
  // The name in tfjs's profiler.
  Object.defineProperty(adapted, 'constructor', { value: { name: source.name } });
  backend.runWebGPUProgram(adapted, [...read, ...others], 'float32', uniforms, { ...first, shape: [size(first)] });
  // tfjs keeps values that were read back: they are old now.
  for (const { dataId } of changed) backend.tensorMap.get(dataId).values = null as never;
  return outputs;
}

const TFJS_UNIFORM_TYPES: Record<UniformType, string> = { f32: 'float32', i32: 'int32', u32: 'uint32' };

const size = ({ shape }: tf.TensorInfo) => shape.reduce((product, n) => product * n, 1);

function named(tensors: Record<string, tf.TensorInfo> | undefined, name: string, { key }: Program): tf.TensorInfo {
  const tensor = tensors?.[name];
  if (!tensor) throw new Error(`program ${key}: no tensor given for ${name}`);
  return tensor;
}

/** `make(0)`, `make(1)`, … `make(count − 1)`, a line each: WGSL compilers keep unrolled variables in registers, but not arrays. */
export function unrolled(count: number, make: (i: number) => string, separator = '\n'): string {
  return Array.from({ length: count }, (_, i) => make(i)).join(separator);
}
