/** From a stored checkpoint to an encoder of tokens on the device, for late interaction and for bi-encoders. */
import { PROJECTION, TokenEncoder } from '../models/token-encoder';
import { biEncoder, type BiEncoder } from '../retrieval/dense/pooled-vectors';
import type { LateInteractionModel } from '../retrieval/late-interaction/model';
import { tokenInputs } from '../retrieval/late-interaction/token-inputs';
import type { Library } from '../storage/library';
import { storedModel } from './stored-model';

async function opened(library: Library, id: string, isProjected: boolean) {
  const { config, tokenizer } = await storedModel(library, id);
  const projection = (await library.checkpointTensors(id)).find(({ name }) => name === PROJECTION)?.shape[0];
  const weights = library.checkpointWeights(id);
  const encoder = await TokenEncoder.load(config, weights, isProjected ? projection : undefined);
  return { encoder, tokenizer };
}

/**
 * Opens a ColBERT checkpoint, or any other encoder as a stand-in for one, which has no markers, masks and projection. The encoder is the
 * caller's to dispose.
 * @throws an error naming the tensor, file or token that does not fit, or the id when the checkpoint is gone.
 */
export async function openLateInteraction(library: Library, id: string): Promise<LateInteractionModel> {
  const { encoder, tokenizer } = await opened(library, id, true);
  const { maxPositions, firstPosition } = encoder.config;
  const options = { isColbert: encoder.isProjected, maxPositions: maxPositions - firstPosition };
  return { id, encoder, inputs: tokenInputs(tokenizer, options) };
}

/** Opens a checkpoint as a bi-encoder with mean pooling. The encoder is the caller's to dispose. @throws as openLateInteraction. */
export async function openBiEncoder(library: Library, id: string): Promise<BiEncoder> {
  const { encoder, tokenizer } = await opened(library, id, false);
  return biEncoder(id, encoder, tokenizer);
}
