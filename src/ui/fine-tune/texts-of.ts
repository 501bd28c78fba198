/** Texts behind the ids of a training list: from the data sets that the experiment's recipe names. */
import type { DatasetKind } from '../../storage/entries';
import { ask, library } from '../studio.svelte';

const named = (kind: DatasetKind, name: string | undefined) =>
  library.of(kind).find((entry) => entry.name === name)?.id;

/**
 * Texts by id of a query (`query ID`) and its documents. What is not found is left out: it is then shown by its id.
 * @param stage the stage's place in the recipe, from 0.
 */
export async function textsOf(
  recipe: string,
  stage: number,
  query: string,
  documents: readonly string[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const { checkRecipe } = await import('./check-recipe');
  const data = checkRecipe(recipe).recipe?.stages[stage]?.data;
  const read = async (id: string | undefined, ids: string[], prefix: string) => {
    if (!id) return;
    const records = await ask.data((api) => api.texts(id, ids)).catch(() => []);
    for (const record of records) texts.set(prefix + record.id, record.text);
  };
  await Promise.all([
    read(named('queries', data?.queries), [query], 'query '),
    read(named('collection', data?.collection), [...documents], ''),
  ]);
  return texts;
}
