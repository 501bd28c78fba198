import type { ModelConfig } from './config';
import { FAMILIES } from './families';

/**
 * The parameters of a cross-encoder: how each lies in memory, and from which tensors of a checkpoint it is put together.
 *
 *   in memory                        in the checkpoint
 *   attention.self.query   [H, H]    query.weight [H, H], transposed
 *   attention.self.keyValue [H, 2H]  key.weight [H, H] | value.weight [H, H], each transposed, side by side
 *
 * Keys and values are one product, and so need one pass over the activations; queries stay apart because the last layer
 * asks for the first tokens only.
 */
export interface CheckpointTensor {
  /** Canonical name (weight-names.ts). */
  name: string;
  /** Shape in the checkpoint. */
  shape: number[];
}

export interface ParameterLayout {
  name: string;
  /** Shape in memory. */
  shape: number[];
  /** Tensors of the checkpoint that lie side by side in its columns. */
  parts: CheckpointTensor[];
  /** Whether the parts of the checkpoint are [out, in] and lie here as [in, out]. */
  transposed: boolean;
  role: 'dense' | 'table';
  /** How it starts when the checkpoint has none; parameters without this must be there. */
  initial?: 'normal' | 'zeros' | 'kaimingUniform';
  /** Position embeddings: frozen by default. */
  isPosition?: true;
  /** A matrix of LoRA, which no checkpoint has: merged into the weight beside it when that is saved. */
  isAdapter?: true;
}

const INITIAL = { weight: 'normal', bias: 'zeros' } as const;

/** A linear layer's weight and bias, of the checkpoint's layers `names` side by side. */
function linearLayout(
  name: string,
  names: string[],
  inputs: number,
  outputs: number,
  seeded: boolean,
): ParameterLayout[] {
  const columns = outputs * names.length;
  const part = (of: string, shape: number[]) => names.map((layer) => ({ name: `${layer}.${of}`, shape }));
  return [
    {
      name: `${name}.weight`,
      shape: [inputs, columns],
      parts: part('weight', [outputs, inputs]),
      transposed: true,
      role: 'dense',
      ...(seeded && { initial: INITIAL.weight }),
    },
    {
      name: `${name}.bias`,
      shape: [columns],
      parts: part('bias', [outputs]),
      transposed: false,
      role: 'dense',
      ...(seeded && { initial: INITIAL.bias }),
    },
  ];
}

function normLayout(name: string, size: number): ParameterLayout[] {
  return ['weight', 'bias'].map((of) => ({
    name: `${name}.${of}`,
    shape: [size],
    parts: [{ name: `${name}.${of}`, shape: [size] }],
    transposed: false,
    role: 'dense',
  }));
}

function tableLayout(name: string, entries: number, columns: number): ParameterLayout {
  const shape = [entries, columns];
  return { name, shape, parts: [{ name, shape }], transposed: false, role: 'table' };
}

/** Every parameter of the model, in the order of a checkpoint: embeddings, layers, head. */
export function parameterLayouts(config: ModelConfig): ParameterLayout[] {
  const { dense, output } = FAMILIES[config.family];
  return [
    ...encoderLayouts(config),
    ...linearLayout(dense, [dense], config.hiddenSize, config.hiddenSize, true),
    ...linearLayout(output, [output], config.hiddenSize, 1, true),
  ];
}

/** A late-interaction model's projection of token vectors, without a bias: `linear.weight` [dimension, hidden] in the checkpoint. */
export function projectionLayout(config: ModelConfig, dimension: number): ParameterLayout {
  const [weight] = linearLayout('linear', ['linear'], config.hiddenSize, dimension, false);
  return weight!;
}

/** The parameters without a head: embeddings and layers. */
export function encoderLayouts(config: ModelConfig): ParameterLayout[] {
  const { hiddenSize, embeddingSize, intermediateSize } = config;
  const { prefix } = FAMILIES[config.family];
  const embeddings = `${prefix}embeddings`;
  const plain = (name: string, inputs: number, outputs: number) => linearLayout(name, [name], inputs, outputs, false);

  const layer = (index: number): ParameterLayout[] => {
    const name = `${prefix}encoder.layer.${index}`;
    const self = `${name}.attention.self`;
    return [
      ...plain(`${self}.query`, hiddenSize, hiddenSize),
      ...linearLayout(`${self}.keyValue`, [`${self}.key`, `${self}.value`], hiddenSize, hiddenSize, false),
      ...plain(`${name}.attention.output.dense`, hiddenSize, hiddenSize),
      ...normLayout(`${name}.attention.output.LayerNorm`, hiddenSize),
      ...plain(`${name}.intermediate.dense`, hiddenSize, intermediateSize),
      ...plain(`${name}.output.dense`, intermediateSize, hiddenSize),
      ...normLayout(`${name}.output.LayerNorm`, hiddenSize),
    ];
  };

  return [
    tableLayout(`${embeddings}.word_embeddings.weight`, config.vocabSize, embeddingSize),
    {
      ...tableLayout(`${embeddings}.position_embeddings.weight`, config.maxPositions, embeddingSize),
      isPosition: true,
    },
    tableLayout(`${embeddings}.token_type_embeddings.weight`, config.typeVocabSize, embeddingSize),
    ...normLayout(`${embeddings}.LayerNorm`, embeddingSize),
    ...(embeddingSize === hiddenSize ? [] : plain(`${prefix}embeddings_project`, embeddingSize, hiddenSize)),
    ...Array.from({ length: config.layers }, (_, index) => layer(index)).flat(),
  ];
}

/**
 * Copies one checkpoint tensor into its columns of a parameter in memory. `target` has the parameter's shape; `values`
 * has the part's.
 */
export function placePart(target: Float32Array, layout: ParameterLayout, part: number, values: Float32Array): void {
  if (!layout.transposed) {
    target.set(values, part * values.length);
    return;
  }
  const [outputs, inputs] = layout.parts[part]!.shape as [number, number];
  const columns = layout.shape[1]!;
  for (let i = 0; i < inputs; i++) {
    const row = i * columns + part * outputs;
    for (let o = 0; o < outputs; o++) target[row + o] = values[o * inputs + i]!;
  }
}

/** The inverse of `placePart`: one checkpoint tensor out of a parameter (or its gradient) in memory. */
export function takePart(source: Float32Array, layout: ParameterLayout, part: number): Float32Array<ArrayBuffer> {
  const { shape } = layout.parts[part]!;
  const size = shape.reduce((product, n) => product * n, 1);
  if (!layout.transposed) return source.slice(part * size, (part + 1) * size) as Float32Array<ArrayBuffer>;
  const [outputs, inputs] = shape as [number, number];
  const columns = layout.shape[1]!;
  const values = new Float32Array(size);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) values[o * inputs + i] = source[i * columns + part * outputs + o]!;
  }
  return values;
}
