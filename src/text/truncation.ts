export type TruncationStrategy = 'longest_first' | 'only_second';

/**
 * How many tokens of query and document are kept when both may have `budget` tokens together (special tokens already
 * taken off). Equal to `truncate_encodings` of Hugging Face's tokenizers 0.20 (`utils/truncation.rs`):
 *
 * - `longest_first` shortens the longer one until both fit or both are equally long; then each keeps half the budget, and the
 *   odd token goes to the longer one (to the document when they are equal).
 * - `only_second` shortens the document alone.
 *
 * @throws RangeError with `only_second` when the query leaves no room for a single token of a document that must be cut,
 *   as HF does ("sequence to truncate too short").
 */
export function truncatedLengths(
  query: number,
  document: number,
  budget: number,
  strategy: TruncationStrategy,
): [query: number, document: number] {
  const excess = query + document - budget;
  if (excess <= 0) return [query, document];
  if (strategy === 'only_second') {
    if (document > excess) return [query, document - excess];
    throw new RangeError(
      `The query has ${query} tokens and leaves no room for the document within ${budget}: ` +
        `use truncation "longest_first", a larger maxLength, or a shorter query`,
    );
  }
  const shorter = Math.min(query, document);
  const rest = Math.max(shorter, budget - shorter);
  const [short, long] =
    shorter + rest > budget ? [Math.floor(budget / 2), Math.floor(budget / 2) + (budget % 2)] : [shorter, rest];
  return query > document ? [long, short] : [short, long];
}
