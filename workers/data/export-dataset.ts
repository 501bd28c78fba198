/** A stored data set as a file in its usual format. */
import { formatQrels } from '../../src/formats/qrels';
import { formatRun } from '../../src/formats/runs';
import type { Dataset } from '../../src/storage/entries';
import type { Library } from '../../src/storage/library';

const oneLine = (text: string) => text.replace(/[\t\r\n]+/g, ' ');

/** TSV of collections and queries, TREC files of qrels and runs. */
export async function exportDataset(library: Library, dataset: Dataset): Promise<Blob> {
  const type = 'text/plain';
  const parts: Blob[] = [];
  let gathered: string[] = [];
  let characters = 0;
  // A blob's bytes lie in the browser's hands, on disk if they are many; strings would lie in this worker's memory.
  const hand = () => {
    parts.push(new Blob(gathered, { type }));
    gathered = [];
    characters = 0;
  };
  for await (const text of textOf(library, dataset)) {
    gathered.push(text);
    characters += text.length;
    if (characters > HANDED_OVER) hand();
  }
  hand();
  return new Blob(parts, { type });
}

/** Characters. */
const HANDED_OVER = 8 << 20;

async function* textOf(library: Library, { id, kind, name, madeFrom }: Dataset): AsyncGenerator<string> {
  switch (kind) {
    case 'qrels':
      yield* formatQrels(await library.readQrels(id));
      break;
    case 'run':
      for await (const { query, ranking } of library.rankings(id)) {
        yield* formatRun(new Map([[query, ranking]]), madeFrom?.system ?? name);
      }
      break;
    default:
      for await (const { ids, texts } of library.batches(id)) {
        yield ids.map((document, i) => `${document}\t${oneLine(texts[i]!)}\n`).join('');
      }
  }
}
