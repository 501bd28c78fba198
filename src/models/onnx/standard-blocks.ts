import type { ActivationName } from '../../kernels/activation-names';
import type { Blocks, GraphContext } from './blocks';

/** A bias-free product, and a linear layer. */
export const product = (context: GraphContext, x: string, layer: string) =>
  context.graph.node('MatMul', [x, context.transposed(layer)]);

export const linear = (context: GraphContext, x: string, layer: string) =>
  context.graph.node('Add', [product(context, x, layer), context.weight(`${layer}.bias`)]);

export function layerNorm({ graph, config, weight }: GraphContext, x: string, norm: string): string {
  const parameters = [weight(`${norm}.weight`), weight(`${norm}.bias`)];
  return graph.node('LayerNormalization', [x, ...parameters], {
    axis: -1,
    epsilon: { float: config.layerNormEpsilon },
  });
}

/** The activations of `kernels/activation.ts` in operators of opset 17, as PyTorch's exporter writes them (runtimes fuse them). */
export function activation({ graph }: GraphContext, x: string, name: ActivationName): string {
  const scalar = (value: number) => graph.constant([], Float32Array.of(value));
  const half = (sum: string) => graph.node('Mul', [graph.node('Mul', [x, sum]), scalar(0.5)]);
  switch (name) {
    case 'gelu': {
      const erf = graph.node('Erf', [graph.node('Div', [x, scalar(Math.SQRT2)])]);
      return half(graph.node('Add', [erf, scalar(1)]));
    }
    case 'gelu_new': {
      const cube = graph.node('Mul', [graph.node('Pow', [x, scalar(3)]), scalar(0.044715)]);
      const inner = graph.node('Mul', [graph.node('Add', [x, cube]), scalar(Math.sqrt(2 / Math.PI))]);
      return half(graph.node('Add', [graph.node('Tanh', [inner]), scalar(1)]));
    }
    case 'relu':
      return graph.node('Relu', [x]);
    case 'tanh':
      return graph.node('Tanh', [x]);
  }
}

/** Added to a score where there is padding: e to its power is 0 in float32. */
const MASKED = -10000;

/** What exporters write: MatMul, Softmax, LayerNormalization, Erf. Any runtime has them. */
export const STANDARD_BLOCKS: Blocks = {
  /** 0 where there is a token, −10000 where there is padding: [batch, 1, 1, length]. */
  mask({ graph }, mask) {
    const scalar = (value: number) => graph.constant([], Float32Array.of(value));
    const present = graph.node('Cast', [graph.node('Unsqueeze', [mask, graph.constant([2], [1, 2])])], { to: 1 });
    return graph.node('Mul', [graph.node('Sub', [scalar(1), present]), scalar(MASKED)]);
  },

  attention(context, x, self, mask) {
    const { graph, config } = context;
    const { heads, hiddenSize } = config;
    const size = hiddenSize / heads;
    const split = graph.constant([4], [0, 0, heads, size]);
    const byHead = (of: string, perm: number[]) =>
      graph.node('Transpose', [graph.node('Reshape', [linear(context, x, `${self}.${of}`), split])], { perm });
    const products = graph.node('MatMul', [byHead('query', [0, 2, 1, 3]), byHead('key', [0, 2, 3, 1])]);
    const scores = graph.node('Div', [products, graph.constant([], Float32Array.of(Math.sqrt(size)))]);
    const probabilities = graph.node('Softmax', [graph.node('Add', [scores, mask])], { axis: -1 });
    const perHead = graph.node('MatMul', [probabilities, byHead('value', [0, 2, 1, 3])]);
    const joined = graph.node('Transpose', [perHead], { perm: [0, 2, 1, 3] });
    return graph.node('Reshape', [joined, graph.constant([3], [0, 0, hiddenSize])]);
  },

  residualNorm: (context, x, layer, residual, norm) =>
    layerNorm(context, context.graph.node('Add', [linear(context, x, layer), residual]), norm),

  activated: (context, x, layer, name) => activation(context, linear(context, x, layer), name),
};
