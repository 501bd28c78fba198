import type { TextSource } from '../formats/records';
import type { EncodePair } from '../text/pair-encoder';
import type { LabelledList } from './batches';
import type { EncodedList } from './gradient';

/** Where the texts of lists are, and how they become model inputs. */
export interface ListTexts {
  queries: TextSource;
  documents: TextSource;
  encode: EncodePair;
}

/** Reads the texts of lists and makes their inputs. Throws the source's error for an id that it does not have. */
export async function encodeLists(
  lists: readonly LabelledList[],
  { queries, documents, encode }: ListTexts,
): Promise<EncodedList[]> {
  const [queryTexts, texts] = await Promise.all([
    queries.texts(lists.map(({ query }) => query)),
    documents.texts(lists.flatMap(({ docs }) => docs)),
  ]);
  let at = 0;
  return lists.map(({ docs, labels }, i) => ({
    inputs: docs.map(() => encode(queryTexts[i]!, texts[at++]!)),
    labels,
  }));
}
