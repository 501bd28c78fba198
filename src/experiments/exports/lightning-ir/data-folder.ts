import type { Qrels, Run } from '../../../formats/records';
import type { Dataset } from '../../../storage/entries';
import type { Library } from '../../../storage/library';
import type { Texts } from '../../data-sources';
import type { NamedFile } from '../../export-checkpoint';
import { slug } from './slug';

/** A run with what goes with it, by the paths in the project; `RegisterLocalDatasetCallback` takes all but the last. */
export interface LocalDataset {
  dataset_id: string;
  docs: string;
  queries: string;
  qrels?: string;
  run: string;
}

/** Records in a part of a file. */
const LINES_A_PART = 10_000;

/**
 * The data of a project, in the formats that Lightning IR takes from files: texts as JSON lines, so that nothing in a text must change, TREC
 * runs and judgements. Of a collection only the documents of its runs are written, once for all of them.
 *
 * File names have one dot, and a run is called as its data set: Lightning IR goes by both.
 */
export class DataFolder {
  private readonly files: NamedFile[] = [];
  private readonly documents = new Map<string, { path: string; collection: Dataset; ids: Set<string> }>();

  constructor(private readonly library: Library) {}

  /**
   * @param needed.judged whether documents are needed that are judged and not retrieved
   * @throws Error naming an id with white space in it, which TREC's formats cannot have.
   */
  async add(
    name: string,
    { collection, queries }: Texts,
    run: Run,
    qrels: Qrels | undefined,
    needed: { judged: boolean },
  ): Promise<LocalDataset> {
    const id = `studio-${slug(name)}`;
    const documents = this.documentsOf(collection);
    for (const ranking of run.values()) for (const { document } of ranking) documents.ids.add(document);
    for (const judgements of (needed.judged && qrels?.values()) || []) {
      for (const document of judgements.keys()) documents.ids.add(document);
    }

    const paths = { queries: `data/${id}-queries.jsonl`, qrels: `data/${id}.qrels`, run: `data/${id}.run` };
    this.put(paths.queries, await this.texts(queries, 'query_id', [...run.keys()]));
    this.put(
      paths.run,
      [...run].map(([query, ranking]) => runLines(query, ranking)),
    );
    if (qrels)
      this.put(
        paths.qrels,
        [...qrels].map(([query, judgements]) => qrelsLines(query, judgements)),
      );
    return {
      dataset_id: id,
      docs: documents.path,
      queries: paths.queries,
      ...(qrels ? { qrels: paths.qrels } : {}),
      run: paths.run,
    };
  }

  /** All files, the documents with them. */
  async finish(): Promise<NamedFile[]> {
    for (const { path, collection, ids } of this.documents.values()) {
      this.put(path, await this.texts(collection, 'doc_id', [...ids]));
    }
    return this.files;
  }

  private documentsOf(collection: Dataset) {
    const path = `data/documents-${this.documents.size + 1}-${slug(collection.name)}.jsonl`;
    const known = this.documents.get(collection.id) ?? { path, collection, ids: new Set<string>() };
    this.documents.set(collection.id, known);
    return known;
  }

  private put(name: string, parts: BlobPart[]): void {
    this.files.push({ name, file: new Blob(parts, { type: 'text/plain' }) });
  }

  private async texts(dataset: Dataset, key: 'query_id' | 'doc_id', ids: string[]): Promise<Blob[]> {
    const source = this.library.texts(dataset.id);
    const parts: Blob[] = [];
    for (let from = 0; from < ids.length; from += LINES_A_PART) {
      const some = ids.slice(from, from + LINES_A_PART);
      const texts = await source.texts(some);
      parts.push(new Blob([some.map((id, i) => `${JSON.stringify({ [key]: id, text: texts[i] })}\n`).join('')]));
    }
    return parts;
  }
}

function word(id: string): string {
  if (/\s/.test(id)) throw new Error(`id "${id}": expected no white space: TREC runs and judgements cannot have it`);
  return id;
}

const runLines = (query: string, ranking: Run extends Map<string, infer R> ? R : never) =>
  ranking.map(({ document, rank, score }) => `${word(query)} Q0 ${word(document)} ${rank} ${score} studio\n`).join('');

const qrelsLines = (query: string, judgements: ReadonlyMap<string, number>) =>
  [...judgements].map(([document, relevance]) => `${word(query)} 0 ${word(document)} ${relevance}\n`).join('');
