/** LoRA's options, apart from what computes it: recipes read them too. */

/**
 * Linear layers of the encoder that may be adapted. As in peft, one stands for every layer whose name in the checkpoint ends with it:
 * `output.dense` is both that of the attention and that of the feed-forward block.
 */
export const LORA_TARGETS = [
  'query',
  'key',
  'value',
  'attention.output.dense',
  'intermediate.dense',
  'output.dense',
] as const;

export type LoraTarget = (typeof LORA_TARGETS)[number];

/** peft's names: r, lora_alpha, lora_dropout, target_modules. */
export interface LoraOptions {
  /** Columns of A and B. */
  rank: number;
  /** What the adapters add is multiplied by alpha / rank. */
  alpha: number;
  /** Of the adapters' input, besides the model's own dropout. */
  dropout: number;
  targets: readonly LoraTarget[];
}
