/**
 * The model of an exported Lightning IR project (`StudioModel` of experiments/exports/lightning-ir/rerank_studio.py): the encoder's tensors
 * without prefix, the head's under names of its own, and what the head does in config.json.
 */
import { FAMILIES, type Family } from '../families';

/** Its `model_type`. */
export const STUDIO_MODEL_TYPE = 'rerank-studio';

export const STUDIO_HEAD = { dense: 'head_dense', output: 'head_output' };

/** A re-ranker's config.json as that model has it. */
export function studioConfig(
  config: Record<string, unknown>,
  family: Family,
  freezePositionEmbeddings: boolean,
): Record<string, unknown> {
  const { headActivation, inputDropout } = FAMILIES[family];
  return {
    ...config,
    model_type: STUDIO_MODEL_TYPE,
    backbone_model_type: family,
    // Null: pairs are cut, to the tokenizer's model_max_length, longest text first.
    query_length: null,
    doc_length: null,
    head_activation: headActivation,
    head_input_dropout: inputDropout,
    freeze_position_embeddings: freezePositionEmbeddings,
  };
}

/** The name there of a tensor by its canonical name (weight-names.ts). */
export function studioName(name: string, family: Family): string {
  const { prefix, dense, output } = FAMILIES[family];
  if (name.startsWith(`${dense}.`)) return STUDIO_HEAD.dense + name.slice(dense.length);
  if (name.startsWith(`${output}.`)) return STUDIO_HEAD.output + name.slice(output.length);
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
