/** Pages of a data set, for its browser. */
import type { Dataset } from '../../src/storage/entries';
import type { Library } from '../../src/storage/library';
import type { BrowseRow } from '../protocol';

/** Documents or judgements of a query that a row shows. */
const SHOWN = 20;

/**
 * Rows `offset` … `offset + limit − 1` of a data set: a text each, or a query's judgements or ranking each. With `search`, of
 * those whose id or text contains it (letters of any case), which reads the whole data set, or as much of it as was read when
 * nobody waits for the answer any more.
 */
export async function browse(
  library: Library,
  dataset: Dataset,
  offset: number,
  limit: number,
  search = '',
  awaited: () => boolean = () => true,
): Promise<{ rows: BrowseRow[]; total: number }> {
  const isText = dataset.kind === 'collection' || dataset.kind === 'queries';
  const wanted = search.trim().toLowerCase();
  if (isText && !wanted) {
    return { rows: await library.page(dataset.id, offset, limit), total: dataset.count };
  }
  const rows: BrowseRow[] = [];
  let total = 0;
  const meet = (row: () => BrowseRow) => {
    if (total >= offset && rows.length < limit) rows.push(row());
    total++;
  };
  if (isText) {
    for await (const { ids, texts } of library.batches(dataset.id)) {
      if (!awaited()) break;
      for (let i = 0; i < ids.length; i++) {
        const [id, text] = [ids[i]!, texts[i]!];
        if (id.toLowerCase().includes(wanted) || text.toLowerCase().includes(wanted)) meet(() => ({ id, text }));
      }
    }
    return { rows, total };
  }
  const queries = (await library.queriesOf(dataset.id)).filter((id) => id.toLowerCase().includes(wanted));
  for (const id of queries.slice(offset, offset + limit)) rows.push({ id, text: await inWords(library, dataset, id) });
  return { rows, total: queries.length };
}

/** The row with exactly this id, by the tables of ids: without reading the data set. */
export async function find(library: Library, dataset: Dataset, id: string): Promise<BrowseRow | undefined> {
  switch (dataset.kind) {
    case 'collection':
    case 'queries': {
      const stored = library.texts(dataset.id);
      if ((await stored.unknown([id])).length > 0) return undefined;
      return { id, text: (await stored.texts([id]))[0]! };
    }
    case 'qrels':
    case 'run': {
      const text = await inWords(library, dataset, id);
      return text === '' ? undefined : { id, text };
    }
  }
}

async function inWords(library: Library, dataset: Dataset, query: string): Promise<string> {
  const entries =
    dataset.kind === 'qrels'
      ? [...(await library.readJudgements(dataset.id, query))].map(([document, grade]) => `${document}: ${grade}`)
      : (await library.readRanking(dataset.id, query)).map(
          ({ rank, document, score }) => `${rank}. ${document} (${Number(score.toPrecision(6))})`,
        );
  const more = entries.length > SHOWN ? ` … and ${entries.length - SHOWN} more` : '';
  return entries.slice(0, SHOWN).join(', ') + more;
}
