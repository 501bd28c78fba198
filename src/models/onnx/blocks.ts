import type { OnnxGraph } from '../../formats/onnx';
import type { ActivationName } from '../../kernels/activation-names';
import type { ModelConfig } from '../config';

/** What blocks are made in: the graph, the model, and its weights by the names of a checkpoint. */
export interface GraphContext {
  graph: OnnxGraph;
  config: ModelConfig;
  /** A weight as it lies in the checkpoint. */
  weight(name: string): string;
  /** The weight [out, in] of a linear layer as [in, out], which MatMul takes. */
  transposed(layer: string): string;
}

/**
 * The parts of an encoder that there is more than one way to write: of standard operators (`standard-blocks.ts`), or of a
 * runtime's own. x is [batch, length, hidden]; names of layers are those of the checkpoint, without `.weight`.
 */
export interface Blocks {
  /** What `attention` needs of the mask [batch, length], made once. */
  mask(context: GraphContext, mask: string): string;
  /** Multi-head attention of x on itself, without its output layer; `self` is the prefix of query, key and value. */
  attention(context: GraphContext, x: string, self: string, mask: string): string;
  /** norm(linear(x) + residual) */
  residualNorm(context: GraphContext, x: string, layer: string, residual: string, norm: string): string;
  /** activation(linear(x)) */
  activated(context: GraphContext, x: string, layer: string, activation: ActivationName): string;
}
