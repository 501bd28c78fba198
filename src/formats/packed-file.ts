/** A file that may lie in a zip: RankGPT's lists are published so. Gzip is undone by whoever reads bytes (`source-file.ts`). */
import { FormatError } from './format-error';
import type { SourceFile } from './source-file';
import { isZip, readZipDirectory } from './zip-directory';

/** A file as a form or a command has it. */
export interface WholeFile {
  name: string;
  data: Blob;
}

/** A file that can be read from its beginning as often as wanted. */
export interface ReadableFile {
  /** `lists.zip/lists.jsonl` where it lies in a zip. */
  name: string;
  /** Bytes that a reader will have read at its end. */
  size: number;
  open(): Promise<SourceFile>;
}

/** What a Mac adds to zips. */
const NOT_MEANT = /^__MACOSX\/|(^|\/)\./;

/**
 * The file itself, or the one file in the zip whose name ends so. It is unpacked as it is read, and never whole.
 * @param endings of the file that is meant, when there are several: `['.jsonl', '.jsonl.gz']`
 * @throws FormatError naming the zip and what is in it when none of its files is meant, or several are.
 */
export async function readableFile(file: WholeFile, endings: readonly string[]): Promise<ReadableFile> {
  const { name, data } = file;
  if (!(await isZip(data))) return { name, size: data.size, open: async () => file };
  const inside = (await readZipDirectory(name, data)).filter((entry) => !NOT_MEANT.test(entry.name));
  const meant = inside.filter((entry) => endings.some((ending) => entry.name.toLowerCase().endsWith(ending)));
  const [entry] = meant.length === 0 && inside.length === 1 ? inside : meant;
  if (!entry || meant.length > 1) {
    const found = inside.map((one) => one.name).join(', ') || 'no file';
    throw new FormatError(name, `expected one file in it that ends in ${endings.join(' or ')}, found ${found}`);
  }
  const inZip = `${name}/${entry.name}`;
  return { name: inZip, size: entry.size, open: async () => ({ name: inZip, data: await entry.stream() }) };
}
