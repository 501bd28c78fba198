import type { EncodedPair } from './pair-encoder';
import type { RaggedBatch } from './ragged-batch';

/** The dummy is no longer than this, so that its attention costs no more than a usual sequence's. */
const MAX_STEP = 256;

/**
 * The length that `tokens` is rounded up to: 16 lengths an octave, so at most 6.25% is added (33 … 64 go in steps of 2,
 * 1,025 … 2,048 in steps of 64), and steps of 256 from 8,192 on.
 */
export function roundedLength(tokens: number): number {
  if (tokens <= 32) return tokens;
  const step = Math.min(MAX_STEP, 2 ** (Math.ceil(Math.log2(tokens)) - 5));
  return Math.ceil(tokens / step) * step;
}

/**
 * Packs inputs end to end into a ragged batch (drawn in `ragged-batch.ts`), in their order. The dummy at the end, where there is one,
 * has id 0, type 0, and positions no larger than the longest real input's, so that any model has them.
 *
 * @throws RangeError when there is nothing to pack, or an input is empty.
 */
export function packBatch(inputs: readonly EncodedPair[]): RaggedBatch {
  if (inputs.length === 0) throw new RangeError('packBatch: expected at least one input, found none');
  let tokens = 0;
  let longest = 0;
  inputs.forEach(({ ids }, i) => {
    if (ids.length === 0) throw new RangeError(`packBatch: input ${i} of ${inputs.length} has no tokens`);
    tokens += ids.length;
    longest = Math.max(longest, ids.length);
  });
  const total = roundedLength(tokens);
  const [ids, types, positions] = [new Int32Array(total), new Int32Array(total), new Int32Array(total)];
  const offsets = new Int32Array(inputs.length + (total > tokens ? 2 : 1));
  let at = 0;
  inputs.forEach((input, i) => {
    ids.set(input.ids, at);
    types.set(input.types, at);
    for (let position = 0; position < input.ids.length; position++) positions[at + position] = position;
    at += input.ids.length;
    offsets[i + 1] = at;
  });
  for (let i = tokens; i < total; i++) positions[i] = (i - tokens) % longest;
  offsets[offsets.length - 1] = total;
  return { ids, types, positions, offsets, sequences: inputs.length, tokens };
}
