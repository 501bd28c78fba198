import * as ort from 'onnxruntime-web';
import type { CrossEncoder } from '../src/models/cross-encoder';
import { STANDARD_BLOCKS } from '../src/models/onnx/standard-blocks';
import { writeOnnx } from '../src/models/onnx/write-onnx';
import { FUSED_BLOCKS } from './fused-blocks';

/** The graph as the studio exports it (onnxruntime fuses what it can), and in onnxruntime's own operators. */
const STYLES = { standard: STANDARD_BLOCKS, fused: FUSED_BLOCKS };

export type GraphStyle = keyof typeof STYLES;

export const GRAPH_STYLES = Object.keys(STYLES) as GraphStyle[];

/** A session of onnxruntime-web (wasm) on a model's weights. */
export async function onnxSession(
  model: CrossEncoder,
  style: GraphStyle,
  threads: number,
): Promise<ort.InferenceSession> {
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  const file = await writeOnnx(model.config, model.arrays(), { tokenTypes: true, blocks: STYLES[style] });
  const bytes = new Uint8Array(await file.arrayBuffer());
  return ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
}

/** Pairs as onnxruntime takes them: a rectangle, padded to the longest. */
export function paddedInputs(pairs: readonly { ids: number[]; types: number[] }[]): Record<string, ort.Tensor> {
  const longest = Math.max(...pairs.map(({ ids }) => ids.length));
  const rectangle = (values: (pair: { ids: number[]; types: number[] }) => number[]) => {
    const data = new BigInt64Array(pairs.length * longest);
    pairs.forEach((pair, row) => values(pair).forEach((value, i) => (data[row * longest + i] = BigInt(value))));
    return new ort.Tensor('int64', data, [pairs.length, longest]);
  };
  return {
    input_ids: rectangle(({ ids }) => ids),
    token_type_ids: rectangle(({ types }) => types),
    attention_mask: rectangle(({ ids }) => ids.map(() => 1)),
  };
}

/** Scores of a batch. */
export async function onnxScores(
  session: ort.InferenceSession,
  inputs: Record<string, ort.Tensor>,
): Promise<Float32Array> {
  const { logits } = await session.run(inputs);
  return logits!.data as Float32Array;
}
