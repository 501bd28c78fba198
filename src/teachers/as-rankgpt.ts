import { permutationsJson, retrievedJsonl, type OrderedList } from '../formats/rankgpt-files';
import type { Library } from '../storage/library';
import type { TeachRequest } from './request';
import { candidatesIn } from './teach';

/** Lists whose texts are in memory at once. */
const LISTS_AT_ONCE = 64;

/** A stored run of a teacher's lists as RankGPT's two files, beside the order that the teacher was shown. */
export async function asRankGpt(
  library: Library,
  request: Pick<TeachRequest, 'collection' | 'queries' | 'run' | 'depth'>,
  taughtRun: string,
): Promise<{ permutations: Blob; retrieved: Blob }> {
  const [{ lists }, taught] = await Promise.all([candidatesIn(library, request), library.readRun(taughtRun)]);
  const queries = library.texts(request.queries);
  const documents = library.texts(request.collection);
  const made = lists.filter(({ query }) => taught.has(query));
  const lines: string[] = [];
  const ordered: OrderedList[] = [];
  for (let from = 0; from < made.length; from += LISTS_AT_ONCE) {
    const some = made.slice(from, from + LISTS_AT_ONCE);
    const queryTexts = await queries.texts(some.map(({ query }) => query));
    for (const [i, { query, documents: shown }] of some.entries()) {
      const texts = await documents.texts(shown);
      const list: OrderedList = {
        ...{ query, queryText: queryTexts[i]! },
        shown: shown.map((document, j) => ({ document, text: texts[j]! })),
        order: taught.get(query)!.map(({ document }) => document),
      };
      lines.push(retrievedJsonl(list));
      ordered.push({ ...list, shown: shown.map((document) => ({ document, text: '' })) });
    }
  }
  return { permutations: new Blob([permutationsJson(ordered)]), retrieved: new Blob(lines) };
}
