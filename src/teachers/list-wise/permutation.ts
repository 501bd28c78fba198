/** An answer as an order of its window's passages. */
export interface ReadAnswer {
  /** Places of the window from 0, the best first; each once. */
  order: number[];
  /** Passages that the answer names. None of them: it is no order at all, and `order` is the order before. */
  named: number;
  /** Whether it had to be mended: passages left out, named twice, or that were not shown. */
  mended: boolean;
}

/** A reasoning model thinks aloud before it answers; the numbers in there are not the answer. */
const THOUGHTS = /^[\s\S]*<\/think(?:ing)?>/;
const UNFINISHED_THOUGHTS = /^\s*<think(?:ing)?>[\s\S]*$/;

/**
 * The permutation in an answer, by RankGPT's lenient rules (`receive_permutation` in its rank_gpt.py): all whole numbers
 * count, whatever stands between them; of one that comes twice the first place stands; those that were not shown are
 * dropped; passages that are not named follow in the order before.
 * @param size passages that were shown, numbered from 1
 */
export function readAnswer(answer: string, size: number): ReadAnswer {
  const said = answer.replace(THOUGHTS, '').replace(UNFINISHED_THOUGHTS, '');
  const numbers = (said.match(/[0-9]+/g) ?? []).map((digits) => Number(digits) - 1);
  const order = new Set(numbers.filter((place) => place >= 0 && place < size));
  const named = order.size;
  for (let place = 0; place < size; place++) order.add(place);
  return { order: [...order], named, mended: named < size || numbers.length > size };
}
