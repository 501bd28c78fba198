import type { Blocks } from '../src/models/onnx/blocks';
import { product, STANDARD_BLOCKS } from '../src/models/onnx/standard-blocks';

const OWN = { domain: 'com.microsoft' };

/**
 * The operators that onnxruntime's transformer optimiser makes of a BERT (Attention, SkipLayerNormalization, BiasGelu).
 * Query, key and value become one weight by Concat, which onnxruntime folds when it loads the model.
 */
export const FUSED_BLOCKS: Blocks = {
  mask: ({ graph }, mask) => graph.node('Cast', [mask], { to: 6 }),

  attention({ graph, config, weight, transposed }, x, self, mask) {
    const layers = ['query', 'key', 'value'].map((of) => `${self}.${of}`);
    const weights = graph.node('Concat', layers.map(transposed), { axis: 1 });
    const biases = graph.node(
      'Concat',
      layers.map((layer) => weight(`${layer}.bias`)),
      { axis: 0 },
    );
    return graph.node('Attention', [x, weights, biases, mask], { num_heads: config.heads }, OWN);
  },

  residualNorm(context, x, layer, residual, norm) {
    const { graph, config, weight } = context;
    const parameters = [weight(`${norm}.weight`), weight(`${norm}.bias`), weight(`${layer}.bias`)];
    const inputs = [product(context, x, layer), residual, ...parameters];
    return graph.node('SkipLayerNormalization', inputs, { epsilon: { float: config.layerNormEpsilon } }, OWN);
  },

  activated: (context, x, layer, activation) =>
    activation === 'gelu'
      ? context.graph.node('BiasGelu', [product(context, x, layer), context.weight(`${layer}.bias`)], {}, OWN)
      : STANDARD_BLOCKS.activated(context, x, layer, activation),
};
