import type { Dataset } from '../storage/entries';
import type { Library } from '../storage/library';

/** What is wrong when documents of a run are not in the collection; undefined when all are. */
export async function unknownDocuments(
  library: Library,
  collection: Dataset,
  run: Dataset,
): Promise<string | undefined> {
  const documents = new Set<string>();
  for await (const { ranking } of library.rankings(run.id)) for (const { document } of ranking) documents.add(document);
  const unknown = await library.texts(collection.id).unknown(documents);
  if (unknown.length === 0) return undefined;
  return (
    `run ${run.name}: ${unknown.length} of its ${documents.size} documents are not in the collection ${collection.name}, ` +
    `the first is "${unknown[0]}"; choose the collection that the run was made from`
  );
}
