import { hash32 } from './hash';

/**
 * Splits what is kept by query in two, for training and validation. ⌈share × queries⌉ queries (as scikit-learn's
 * train_test_split rounds) go to `evaluation`: those of smallest seeded hash, so the split depends on the set of
 * queries and the seed, and not on the order of a file.
 * @param share of the queries, 0 to 1 (`evalperc`).
 */
export function splitQueries<Value>(
  byQuery: Map<string, Value>,
  share = 0.01,
  seed = 42,
): { train: Map<string, Value>; evaluation: Map<string, Value> } {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`expected a share from 0 to 1, found ${share}`);
  const hashed = [...byQuery.keys()].map((query) => ({ query, hash: hash32(query, seed) }));
  hashed.sort((a, b) => a.hash - b.hash || (a.query < b.query ? -1 : 1));
  const held = new Set(hashed.slice(0, Math.ceil(share * byQuery.size)).map(({ query }) => query));
  const train = new Map<string, Value>();
  const evaluation = new Map<string, Value>();
  for (const [query, value] of byQuery) (held.has(query) ? evaluation : train).set(query, value);
  return { train, evaluation };
}
