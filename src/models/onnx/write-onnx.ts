import type { NamedArray } from '../../formats/named-array';
import type { ModelConfig } from '../config';
import { canonicalName } from '../weight-names';
import type { Blocks } from './blocks';
import { crossEncoderGraph, type GraphWeight } from './cross-encoder-graph';
import { STANDARD_BLOCKS } from './standard-blocks';

/**
 * A cross-encoder as an ONNX file (opset 17) with its weights, float32; one tensor is in memory at a time.
 *
 * @param arrays the checkpoint's tensors, in any order; those that the model does not have are passed over
 * @throws Error naming the tensor that is missing (the head of a model that was never fine-tuned) or of another shape.
 */
export async function writeOnnx(
  config: ModelConfig,
  arrays: AsyncIterable<NamedArray>,
  { tokenTypes, blocks = STANDARD_BLOCKS }: { tokenTypes: boolean; blocks?: Blocks },
): Promise<Blob> {
  const { graph, weights } = crossEncoderGraph(config, tokenTypes, blocks);
  return graph.blob(graphArrays(config, arrays, weights));
}

async function* graphArrays(
  config: ModelConfig,
  arrays: AsyncIterable<NamedArray>,
  weights: ReadonlyMap<string, GraphWeight>,
): AsyncGenerator<NamedArray> {
  const missing = new Set(weights.keys());
  for await (const { name: found, shape, values } of arrays) {
    const name = canonicalName(found, config.family);
    const weight = weights.get(name);
    if (!weight || !missing.delete(name)) continue;
    if (shape.join() !== weight.shape.join()) {
      throw new Error(
        `tensor ${found}: expected shape [${weight.shape.join(', ')}], found [${shape.join(', ')}]; is config.json of the same model?`,
      );
    }
    yield {
      name: weight.name,
      shape: weight.transposed ? shape.toReversed() : shape,
      values: weight.transposed ? transposed(values, shape as [number, number]) : values,
    };
  }
  for (const name of missing) {
    throw new Error(
      `tensor ${name}: expected shape [${weights.get(name)!.shape.join(', ')}], found no such tensor in the checkpoint; ` +
        'only a fine-tuned re-ranker, which has a head, can be exported as ONNX',
    );
  }
}

function transposed(values: Float32Array, [rows, columns]: [number, number]): Float32Array {
  const result = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c]!;
  return result;
}
