import { OnnxGraph } from '../../formats/onnx';
import type { ModelConfig } from '../config';
import { FAMILIES } from '../families';
import { parameterLayouts } from '../layout';
import type { Blocks, GraphContext } from './blocks';
import { activation, layerNorm, linear } from './standard-blocks';

/** A tensor of the checkpoint that the graph uses, by its canonical name. */
export interface GraphWeight {
  /** In the graph. */
  name: string;
  /** In the checkpoint. */
  shape: readonly number[];
  /** Whether it is [out, in] in the checkpoint and [in, out] in the graph. */
  transposed: boolean;
}

export interface CrossEncoderGraph {
  graph: OnnxGraph;
  weights: ReadonlyMap<string, GraphWeight>;
}

/**
 * A cross-encoder as an ONNX graph, weights not yet in it: inputs input_ids, attention_mask and, for a model that was trained with
 * types, token_type_ids (all int64 [batch, sequence], padding on the right), output logits [batch, 1].
 *
 * @param tokenTypes whether types are an input; without it all are 0
 */
export function crossEncoderGraph(config: ModelConfig, tokenTypes: boolean, blocks: Blocks): CrossEncoderGraph {
  const { prefix, dense, output, headActivation } = FAMILIES[config.family];
  const shapes = new Map(
    parameterLayouts(config).flatMap(({ parts }) => parts.map(({ name, shape }) => [name, shape])),
  );
  const shapeOf = (name: string): readonly number[] => {
    const shape = shapes.get(name);
    if (!shape) throw new Error(`the model has no tensor ${name}`);
    return shape;
  };

  const graph = new OnnxGraph('cross-encoder');
  const weights = new Map<string, GraphWeight>();
  const context: GraphContext = {
    graph,
    config,
    weight(name) {
      const shape = shapeOf(name);
      weights.set(name, { name, shape, transposed: false });
      return graph.weight(name, shape);
    },
    transposed(layer) {
      const name = `${layer}.weight`;
      const shape = shapeOf(name);
      weights.set(name, { name: `${name}.transposed`, shape, transposed: true });
      return graph.weight(`${name}.transposed`, shape.toReversed());
    },
  };

  const rectangle = ['batch', 'sequence'];
  const ids = graph.input('input_ids', rectangle);
  const mask = graph.input('attention_mask', rectangle);
  let x = embeddings(context, `${prefix}embeddings`, ids, tokenTypes && config.typeVocabSize > 1);
  if (config.embeddingSize !== config.hiddenSize) x = linear(context, x, `${prefix}embeddings_project`);
  const masked = blocks.mask(context, mask);
  for (let index = 0; index < config.layers; index++) {
    const name = `${prefix}encoder.layer.${index}`;
    const attention = `${name}.attention.output`;
    const attended = blocks.attention(context, x, `${name}.attention.self`, masked);
    const between = blocks.residualNorm(context, attended, `${attention}.dense`, x, `${attention}.LayerNorm`);
    const inner = blocks.activated(context, between, `${name}.intermediate.dense`, config.activation);
    x = blocks.residualNorm(context, inner, `${name}.output.dense`, between, `${name}.output.LayerNorm`);
  }
  const firsts = graph.node('Gather', [x, graph.constant([], [0])], { axis: 1 });
  const pooled = activation(context, linear(context, firsts, dense), headActivation);
  const product = graph.node('MatMul', [pooled, context.transposed(output)]);
  graph.node('Add', [product, context.weight(`${output}.bias`)], {}, { output: 'logits' });
  graph.output('logits', ['batch', 1]);
  return { graph, weights };
}

/** Sum of the tables' rows and norm: [batch, sequence, embedding]. Positions count from the family's first. */
function embeddings(context: GraphContext, prefix: string, ids: string, tokenTypes: boolean): string {
  const { graph, config, weight } = context;
  const table = (of: string) => weight(`${prefix}.${of}_embeddings.weight`);
  const first = graph.constant([1], [config.firstPosition]);
  const length = graph.node('Gather', [graph.node('Shape', [ids]), graph.constant([1], [1])], { axis: 0 });
  const end = config.firstPosition === 0 ? length : graph.node('Add', [length, first]);
  const positions = graph.node('Slice', [table('position'), first, end, graph.constant([1], [0])]);
  const types = tokenTypes ? graph.input('token_type_ids', ['batch', 'sequence']) : graph.constant([1], [0]);
  const words = graph.node('Gather', [table('word'), ids]);
  const kinds = graph.node('Gather', [table('token_type'), types]);
  const sum = graph.node('Add', [graph.node('Add', [words, kinds]), positions]);
  return layerNorm(context, sum, `${prefix}.LayerNorm`);
}
