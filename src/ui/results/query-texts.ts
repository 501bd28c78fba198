/** The texts of queries, from the first set that has all of them. */
import { ask } from '../studio.svelte';

/** @param sets ids of query sets, the likeliest first. Empty when none of them has all the queries. */
export async function queryTexts(sets: readonly string[], ids: string[]): Promise<Map<string, string>> {
  for (const set of sets) {
    // A set without one of them refuses.
    const records = await ask.data((api) => api.texts(set, ids)).catch(() => undefined);
    if (records) return new Map(records.map((record) => [record.id, record.text]));
  }
  return new Map();
}
