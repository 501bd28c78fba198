/** Texts behind the ids of a training list: from the data sets that the experiment's recipe names. */
import type { DatasetKind } from '../../storage/entries';
import { ask, library } from '../studio.svelte';

const named = (kind: DatasetKind, name: unknown) => library.of(kind).find((entry) => entry.name === name)?.id;

interface NamedData {
  collection?: unknown;
  queries?: unknown;
}

/** The data that the stage of a recipe trains on. Loads the YAML parser when first asked. */
async function dataOf(recipe: string, stage: string): Promise<NamedData> {
  const { parse } = await import('yaml');
  const plain = (parse(recipe) ?? {}) as { data?: NamedData; stages?: { name?: unknown; data?: NamedData }[] };
  const own = plain.stages?.find((one) => one.name === stage)?.data;
  return { ...plain.data, ...own };
}

/**
 * Texts by id of a query and its documents. What is not found is left out: the list is then shown by its ids.
 */
export async function textsOf(
  recipe: string,
  stage: string,
  query: string,
  documents: readonly string[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const data = await dataOf(recipe, stage);
  const read = async (id: string | undefined, ids: string[], prefix: string) => {
    if (!id) return;
    const records = await ask.data((api) => api.texts(id, ids)).catch(() => []);
    for (const record of records) texts.set(prefix + record.id, record.text);
  };
  await Promise.all([
    read(named('queries', data.queries), [query], 'query '),
    read(named('collection', data.collection), [...documents], ''),
  ]);
  return texts;
}
