/** File names of what is taken away. */
import type { Dataset } from '../../storage/entries';

const ENDINGS = { collection: '.tsv', queries: '.tsv', qrels: '.qrels', run: '.trec' } as const;

/** A data set's name as a file name, with the ending of its usual format. */
export function exportName(dataset: Pick<Dataset, 'name' | 'kind'>): string {
  const ending = ENDINGS[dataset.kind];
  const name = fileNameOf(dataset.name);
  return name.endsWith(ending) ? name : name + ending;
}

/** A name without what file systems refuse. */
export function fileNameOf(name: string): string {
  return name.replace(/[\\/:*?"<>|\s]+/g, '-').replace(/^-+|-+$/g, '') || 'unnamed';
}
