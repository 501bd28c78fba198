/** A teacher's lists to look at. */
import type { Library } from '../../src/storage/library';
import { belongingTo } from '../../src/teachers/belonging';
import type { ListRow, TeacherApi } from '../protocol/teacher';

type Of = Parameters<TeacherApi['list']>[0];

/** One query's list with texts; a text that no collection has is empty. */
export async function list(library: Library, { run, query, before }: Of): Promise<ListRow[]> {
  const [ranking, first] = await Promise.all([
    library.readRanking(run, query),
    before === undefined ? [] : library.readRanking(before, query),
  ]);
  const rankBefore = new Map(first.map(({ document, rank }) => [document, rank]));
  const textOf = await textsOf(
    library,
    (await belongingTo(library, run)).collection,
    ranking.map(({ document }) => document),
  );
  return ranking.map((entry) => {
    const there = rankBefore.get(entry.document);
    return { ...entry, text: textOf(entry.document), ...(there === undefined ? {} : { before: there }) };
  });
}

/** Queries of a run with their texts. */
export async function queriesOf(library: Library, run: string) {
  const ids = await library.queriesOf(run);
  const textOf = await textsOf(library, (await belongingTo(library, run)).queries, ids);
  return ids.map((id) => ({ id, text: textOf(id) }));
}

async function textsOf(library: Library, dataset: string | undefined, ids: string[]) {
  if (dataset === undefined) return () => '';
  const source = library.texts(dataset);
  const unknown = new Set(await source.unknown(ids));
  const known = ids.filter((id) => !unknown.has(id));
  const texts = await source.texts(known);
  const all = new Map(known.map((id, i) => [id, texts[i]!]));
  return (id: string) => all.get(id) ?? '';
}
