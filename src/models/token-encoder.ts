import * as tf from '@tensorflow/tfjs';
import type { NamedArray } from '../formats/named-array';
import { linear } from '../kernels/linear';
import { askedTokenSegments, selfSegments } from '../kernels/segments';
import type { RaggedBatch } from '../text/ragged-batch';
import type { ModelConfig } from './config';
import { embeddingsForward, tableRows } from './embeddings';
import { layerForward, type InferenceLayer } from './encoder-layer';
import { encoderLayouts, projectionLayout } from './layout';
import { loadParameters, type Parameter } from './parameters';
import { Weights } from './weights';

/** The name of a late-interaction model's projection in its checkpoint. */
export const PROJECTION = 'linear.weight';

const NO_DROPOUT = () => undefined;

/**
 * A BERT-shaped encoder that gives a vector for each token of a ragged batch, on whatever backend tfjs runs.
 *
 *   batch ─► embeddings ─► layer 0 ─► … ─► last layer [tokens, hidden] ─► projection, where there is one [tokens, dimension]
 */
export class TokenEncoder {
  private readonly weights: Weights;
  private readonly noBias?: tf.Tensor1D;

  private constructor(
    readonly config: ModelConfig,
    private readonly byName: ReadonlyMap<string, Parameter>,
    /** Of a token's vector: the projection's, or the hidden size where there is none. */
    readonly dimension: number,
  ) {
    this.weights = new Weights(byName);
    if (byName.has(PROJECTION)) this.noBias = tf.zeros([dimension]);
  }

  /** Whether the checkpoint projects its token vectors, as ColBERT does. */
  get isProjected(): boolean {
    return this.noBias !== undefined;
  }

  /**
   * Puts the encoder's weights on the current backend; a head in the checkpoint is passed over.
   * @param projection outputs of `linear.weight`; undefined where the checkpoint has none.
   * @throws Error naming the tensor that is missing or has another shape.
   */
  static async load(
    config: ModelConfig,
    arrays: AsyncIterable<NamedArray>,
    projection?: number,
  ): Promise<TokenEncoder> {
    const layouts = encoderLayouts(config);
    if (projection !== undefined) layouts.push(projectionLayout(config, projection));
    const options = { headSeed: 0, freezePositionEmbeddings: true };
    const parameters = await loadParameters(config, arrays, options, layouts);
    return new TokenEncoder(config, parameters, projection ?? config.hiddenSize);
  }

  /**
   * The tokens' vectors [T, dimension], not normalised; the caller's to dispose.
   * @param asked of each sequence (the dummy included) how many of its tokens, from the first, the others attend to; all where left out.
   */
  vectors(batch: RaggedBatch, asked?: Int32Array): tf.Tensor2D {
    return tf.tidy(() => {
      const { config, weights } = this;
      const some = asked && askedTokenSegments(batch.offsets, asked);
      const segments = some?.segments ?? selfSegments(batch.offsets);
      const keyRows = some && tf.tensor1d(some.keyRows, 'int32');
      let x = embeddingsForward(config, weights, tableRows(config, batch), NO_DROPOUT).y;
      for (let index = 0; index < config.layers; index++) {
        const layer: InferenceLayer = {
          config,
          weights,
          index,
          dropout: NO_DROPOUT,
          segments,
          ...(keyRows && { keyRows }),
        };
        const y = layerForward(layer, x);
        x.dispose();
        x = y;
      }
      return this.noBias ? linear(x, weights.matrix(PROJECTION), this.noBias) : x;
    });
  }

  dispose(): void {
    for (const { variable } of this.byName.values()) variable.dispose();
    this.noBias?.dispose();
  }
}
