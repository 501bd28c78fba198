/** A teacher's lists as RankGPT's two files, which `readRankGpt` reads back. */

export interface OrderedList {
  query: string;
  queryText: string;
  /** As they were shown, with their texts. */
  shown: { document: string; text: string }[];
  /** The same documents, the best first. */
  order: string[];
}

/** The JSON array of permutations: `"[5] > [18] > …"`, places from 1 in the order shown. */
export function permutationsJson(lists: readonly OrderedList[]): string {
  const permutations = lists.map(({ shown, order }) => {
    const placeOf = new Map(shown.map(({ document }, i) => [document, i + 1]));
    return order.map((document) => `[${placeOf.get(document)}]`).join(' > ');
  });
  return `[\n${permutations.map((permutation) => JSON.stringify(permutation)).join(',\n')}\n]\n`;
}

/** One JSON line a list: query, and the passages that its permutation orders. */
export function retrievedJsonl({ query, queryText, shown }: OrderedList): string {
  const retrieved = shown.map(({ document, text }, i) => ({ docid: document, rank: i + 1, text }));
  return `${JSON.stringify({ query_id: query, query: queryText, retrieved_passages: retrieved })}\n`;
}
