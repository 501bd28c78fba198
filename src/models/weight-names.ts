import { FAMILIES, type Family } from './families';

/**
 * Checkpoints name the same tensor in several ways; this is the one of `AutoModelForSequenceClassification`.
 *
 *   encoder.layer.0.output.LayerNorm.gamma  →  bert.encoder.layer.0.output.LayerNorm.weight
 */
const ENCODER_PARTS = ['embeddings.', 'embeddings_project.', 'encoder.', 'pooler.'];

/** What programs put before every name of a checkpoint: data-parallel and compiled models, Lightning modules, sentence-transformers. */
const WRAPPERS = /^(?:(?:module|model|_orig_mod|0|auto_model)\.)+/;

/**
 * The canonical name of a checkpoint's tensor: the family's own prefix whatever the file's (`bert.`, `electra.`,
 * `roberta.`, `model.`, `module.` or none), and TensorFlow's `gamma` and `beta` as `weight` and `bias`. Names of tensors that a
 * cross-encoder does not have come back as something that none of its parameters is called.
 */
export function canonicalName(name: string, family: Family): string {
  const bare = name
    .replace(WRAPPERS, '')
    .replace(/^(bert|electra|roberta)\./, '')
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
  return ENCODER_PARTS.some((part) => bare.startsWith(part)) ? FAMILIES[family].prefix + bare : bare;
}
