/** The judgements of a stored query, wherever they are stored. */
import { ask, library } from '../studio.svelte';

/** Grades by document, from the first qrels that know the query: those named like its query set before the others. */
export async function judgementsFor(queries: string, query: string): Promise<Record<string, number>> {
  const name = library.dataset(queries)?.name;
  const qrels = library.of('qrels').sort((a, b) => Number(b.name === name) - Number(a.name === name));
  for (const { id } of qrels) {
    const judged = await ask.data((api) => api.judgements(id, query));
    if (Object.keys(judged).length > 0) return judged;
  }
  return {};
}
