/** An optimiser step: the line of `log.jsonl`. */
export interface StepLog {
  /** From 1. */
  step: number;
  /** Mean over the accumulated batches. */
  loss: number;
  /** L2 norm over all trainable parameters, before clipping. */
  gradNorm: number;
  learningRate: number;
  /** Real tokens: dummies are not counted. */
  tokens: number;
  /** Wall-clock time of the step, milliseconds. */
  ms: number;
}
