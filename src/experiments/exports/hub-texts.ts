import type { Checkpoint } from '../../storage/entries';

/** Scores as they are: what sentence-transformers' CrossEncoder shall do with a logit. */
const RAW = 'torch.nn.modules.linear.Identity';

const json = (text: string | undefined) => JSON.parse(text ?? '{}') as Record<string, unknown>;
const written = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/**
 * A checkpoint's small files, so that other programs make its input as it was trained, and give its scores as they are:
 *
 *   config.json            torch_dtype float32, as the weights are written (transformers 5 would otherwise load in the base's own);
 *                          raw logits from sentence-transformers, whose default for one label is a sigmoid: `sentence_transformers`
 *                          (4 and newer), `sbert_ce_default_activation_function` (before); `rerank_studio` for the way back
 *   tokenizer_config.json  model_max_length; model_input_names, without token_type_ids where all types were 0
 */
export function hubTexts({
  files,
  input,
  family,
}: Pick<Checkpoint, 'files' | 'input' | 'family'>): Record<string, string> {
  const { dtype: _, ...config } = json(files['config.json']);
  const types = input.tokenTypes && family !== 'roberta' ? ['token_type_ids'] : [];
  return {
    ...files,
    'config.json': written({
      ...config,
      torch_dtype: 'float32',
      sentence_transformers: { activation_fn: RAW },
      sbert_ce_default_activation_function: RAW,
      rerank_studio: input,
    }),
    'tokenizer_config.json': written({
      ...json(files['tokenizer_config.json']),
      model_max_length: input.maxLength,
      model_input_names: ['input_ids', ...types, 'attention_mask'],
    }),
  };
}
