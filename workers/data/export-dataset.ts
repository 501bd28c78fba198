/** A stored data set as a file in its usual format. */
import { formatQrels } from '../../src/formats/qrels';
import { formatRun } from '../../src/formats/runs';
import type { Dataset } from '../../src/storage/entries';
import type { Library } from '../../src/storage/library';

const oneLine = (text: string) => text.replace(/[\t\r\n]+/g, ' ');

/** TSV of collections and queries, TREC files of qrels and runs. */
export async function exportDataset(library: Library, dataset: Dataset): Promise<Blob> {
  const parts: BlobPart[] = [];
  switch (dataset.kind) {
    case 'qrels':
      parts.push(...formatQrels(await library.readQrels(dataset.id)));
      break;
    case 'run':
      parts.push(...formatRun(await library.readRun(dataset.id), dataset.madeFrom?.system ?? dataset.name));
      break;
    default:
      for await (const { ids, texts } of library.batches(dataset.id)) {
        parts.push(ids.map((id, i) => `${id}\t${oneLine(texts[i]!)}\n`).join(''));
      }
  }
  return new Blob(parts, { type: 'text/plain' });
}
