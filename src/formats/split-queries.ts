import { hash32 } from './hash';

/** Draws of one seed that must not agree with each other have a number of their own. */
const SAMPLE_DRAW = 0x5a3d1e;

/** The `count` ids of smallest seeded hash: which they are depends on the set of ids and the seed, and not on the order of a file. */
function drawn(ids: Iterable<string>, count: number, seed: number): Set<string> {
  const hashed = [...ids].map((id) => ({ id, hash: hash32(id, seed) }));
  hashed.sort((a, b) => a.hash - b.hash || (a.id < b.id ? -1 : 1));
  return new Set(hashed.slice(0, count).map(({ id }) => id));
}

/** As many of the queries as asked for, drawn at random by the seed. */
export function sampleQueries(queries: Iterable<string>, count: number, seed: number): Set<string> {
  return drawn(queries, count, seed ^ SAMPLE_DRAW);
}

/**
 * The queries that are held out for validation: ⌈share × queries⌉ of them, as scikit-learn's train_test_split rounds.
 * @param share 0 to 1 (`evalperc`)
 */
export function heldOut(queries: ReadonlySet<string>, share: number, seed: number): Set<string> {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`expected a share from 0 to 1, found ${share}`);
  return drawn(queries, Math.ceil(share * queries.size), seed);
}

/** Splits what is kept by query in two, for training and validation (`heldOut`). */
export function splitQueries<Value>(
  byQuery: Map<string, Value>,
  share = 0.01,
  seed = 42,
): { train: Map<string, Value>; evaluation: Map<string, Value> } {
  const held = heldOut(new Set(byQuery.keys()), share, seed);
  const train = new Map<string, Value>();
  const evaluation = new Map<string, Value>();
  for (const [query, value] of byQuery) (held.has(query) ? evaluation : train).set(query, value);
  return { train, evaluation };
}
