import type { NamedArray } from '../src/formats/named-array';
import type { ModelConfig } from '../src/models/config';
import { OnnxGraph } from './onnx-writer';

/**
 * The BERT cross-encoder as an ONNX graph with the same weights, for onnxruntime-web: inputs input_ids, token_type_ids,
 * attention_mask (all [batch, length]), output logits [batch, 1].
 *
 * `standard` is what exporters write (MatMul, Softmax, LayerNormalization, Gelu; onnxruntime fuses what it can);
 * `fused` is what onnxruntime's transformer optimiser makes of it (Attention, SkipLayerNormalization, BiasGelu).
 */
export const GRAPH_STYLES = ['standard', 'fused'] as const;

export type GraphStyle = (typeof GRAPH_STYLES)[number];

export async function onnxCrossEncoder(
  config: ModelConfig,
  arrays: AsyncIterable<NamedArray>,
  style: GraphStyle,
): Promise<Uint8Array> {
  const { hiddenSize, heads, layers, layerNormEpsilon } = config;
  const size = hiddenSize / heads;
  const weights = new Map<string, NamedArray>();
  for await (const array of arrays) weights.set(array.name, array);
  const array = (name: string): NamedArray => {
    const found = weights.get(name);
    if (!found) throw new Error(`onnx graph: expected tensor ${name}, found none`);
    return found;
  };

  const graph = new OnnxGraph();
  const constant = (name: string) => graph.constant(array(name).shape, array(name).values);
  /** [out, in] of the checkpoint as [in, out], several side by side. */
  const transposed = (...names: string[]) => {
    const [outputs, inputs] = array(names[0]!).shape as [number, number];
    const values = new Float32Array(inputs * outputs * names.length);
    names.forEach((name, part) => {
      const source = array(name).values;
      for (let o = 0; o < outputs; o++) {
        for (let i = 0; i < inputs; i++) {
          values[i * outputs * names.length + part * outputs + o] = source[o * inputs + i]!;
        }
      }
    });
    return graph.constant([inputs, outputs * names.length], values);
  };
  const scalar = (value: number) => graph.constant([], Float32Array.of(value));
  const epsilon = Float32Array.of(layerNormEpsilon);
  const product = (x: string, name: string) => graph.node('MatMul', [x, transposed(`${name}.weight`)]);
  const linear = (x: string, name: string) => graph.node('Add', [product(x, name), constant(`${name}.bias`)]);
  const norm = (x: string, name: string) =>
    graph.node('LayerNormalization', [x, constant(`${name}.weight`), constant(`${name}.bias`)], { axis: -1, epsilon });

  const ids = graph.input('input_ids', ['batch', 'length']);
  const types = graph.input('token_type_ids', ['batch', 'length']);
  const mask = graph.input('attention_mask', ['batch', 'length']);

  const length = graph.node('Gather', [graph.node('Shape', [ids]), graph.constant([1], [1])], { axis: 0 });
  const zero = graph.constant([1], [0]);
  const positionTable = constant('bert.embeddings.position_embeddings.weight');
  const positions = graph.node('Slice', [positionTable, zero, length, zero]);
  const words = graph.node('Gather', [constant('bert.embeddings.word_embeddings.weight'), ids]);
  const kinds = graph.node('Gather', [constant('bert.embeddings.token_type_embeddings.weight'), types]);
  const sum = graph.node('Add', [graph.node('Add', [words, kinds]), positions]);
  let x = norm(sum, 'bert.embeddings.LayerNorm');

  const maskInts = style === 'fused' ? graph.node('Cast', [mask], { to: 6 }) : '';
  const added = style === 'standard' ? addedMask() : '';
  const split = graph.constant([4], [0, 0, heads, size]);
  const joined = graph.constant([3], [0, 0, hiddenSize]);

  /** 0 where there is a token, −10000 where there is padding: [batch, 1, 1, length]. */
  function addedMask(): string {
    const axes = graph.constant([2], [1, 2]);
    const present = graph.node('Cast', [graph.node('Unsqueeze', [mask, axes])], { to: 1 });
    return graph.node('Mul', [graph.node('Sub', [scalar(1), present]), scalar(-10000)]);
  }
  const attended = (x: string, self: string): string => {
    const names = ['query', 'key', 'value'].map((of) => `${self}.${of}`);
    if (style === 'fused') {
      const biases = names.flatMap((name) => [...array(`${name}.bias`).values]);
      const bias = graph.constant([3 * hiddenSize], Float32Array.from(biases));
      const inputs = [x, transposed(...names.map((name) => `${name}.weight`)), bias, maskInts];
      return graph.node('Attention', inputs, { num_heads: heads }, undefined, 'com.microsoft');
    }
    const byHead = (name: string, perm: number[]) =>
      graph.node('Transpose', [graph.node('Reshape', [linear(x, name), split])], { perm });
    const [query, key, value] = [
      byHead(names[0]!, [0, 2, 1, 3]),
      byHead(names[1]!, [0, 2, 3, 1]),
      byHead(names[2]!, [0, 2, 1, 3]),
    ];
    const scores = graph.node('Div', [graph.node('MatMul', [query, key]), scalar(Math.sqrt(size))]);
    const probabilities = graph.node('Softmax', [graph.node('Add', [scores, added])], { axis: -1 });
    const context = graph.node('Transpose', [graph.node('MatMul', [probabilities, value])], { perm: [0, 2, 1, 3] });
    return graph.node('Reshape', [context, joined]);
  };
  const residualNorm = (x: string, dense: string, residual: string, name: string): string => {
    if (style === 'standard') return norm(graph.node('Add', [linear(x, dense), residual]), name);
    const inputs = [
      product(x, dense),
      residual,
      constant(`${name}.weight`),
      constant(`${name}.bias`),
      constant(`${dense}.bias`),
    ];
    return graph.node('SkipLayerNormalization', inputs, { epsilon }, undefined, 'com.microsoft');
  };
  const activated = (x: string, dense: string): string =>
    style === 'standard'
      ? graph.node('Gelu', [linear(x, dense)])
      : graph.node('BiasGelu', [product(x, dense), constant(`${dense}.bias`)], {}, undefined, 'com.microsoft');

  for (let index = 0; index < layers; index++) {
    const name = `bert.encoder.layer.${index}`;
    const output = `${name}.attention.output`;
    const a = residualNorm(attended(x, `${name}.attention.self`), `${output}.dense`, x, `${output}.LayerNorm`);
    x = residualNorm(activated(a, `${name}.intermediate.dense`), `${name}.output.dense`, a, `${name}.output.LayerNorm`);
  }
  const firsts = graph.node('Gather', [x, graph.constant([], [0])], { axis: 1 });
  const pooled = graph.node('Tanh', [linear(firsts, 'bert.pooler.dense')]);
  graph.node('Add', [product(pooled, 'classifier'), constant('classifier.bias')], {}, 'logits');
  graph.output('logits', ['batch', 'one']);
  return graph.bytes();
}
