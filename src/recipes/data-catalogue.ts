/** All of configs/data at once: what its names mean, and where each file comes from. */
import type { DatasetKind } from '../storage/entries';
import { parseDataBlock, type DataBlock, type Download, type PublicFile } from './data-block';
import type { NamedTestSets } from './named-test-sets';

export interface DataCatalogue {
  blocks: readonly DataBlock[];
  /** What recipes may name among their test sets. */
  testSets: NamedTestSets;
  /** The public file that is imported under this name; undefined for what the studio does not know. */
  file(kind: DatasetKind, name: string): PublicFile | undefined;
  /** By its path. */
  download(path: string): Download | undefined;
}

/**
 * @param files texts of the YAML files, by file name
 * @throws RecipeError as `parseDataBlock`; Error when two files say something of the same data set, or name an unknown download.
 */
export function dataCatalogue(files: Readonly<Record<string, string>>): DataCatalogue {
  const blocks = Object.entries(files).map(([name, yaml]) => parseDataBlock(yaml, name));
  const byKey = new Map<string, PublicFile>();
  const downloads = new Map(blocks.flatMap((block) => block.downloads.map((one) => [one.path, one] as const)));
  for (const { name, files } of blocks) {
    for (const file of files) {
      const key = `${file.kind}:${file.name}`;
      if (byKey.has(key)) throw new Error(`configs/data: ${name}: the ${file.kind} ${file.name} is in two files`);
      byKey.set(key, file);
      const unknown = [...(file.in ? [file.in] : []), ...(file.needs ?? [])].find((path) => !downloads.has(path));
      if (unknown !== undefined) throw new Error(`configs/data: ${name}: there is no download ${unknown}`);
    }
  }
  return {
    blocks,
    testSets: Object.fromEntries(blocks.flatMap(({ name, testSet }) => (testSet ? [[name, testSet]] : []))),
    file: (kind, name) => byKey.get(`${kind}:${name}`),
    download: (path) => downloads.get(path),
  };
}
