/** A checkpoint's folder as the hub has it: which of its files belong to a model besides the weights (weights.ts). */

const TEXT_FILES =
  /^(config|tokenizer|tokenizer_config|special_tokens_map|added_tokens)\.json$|^(vocab|merges)\.(txt|json)$/;

/** Whether a file of this name says how the model or its tokenizer is made. */
export const isCheckpointText = (name: string) => TEXT_FILES.test(name);
