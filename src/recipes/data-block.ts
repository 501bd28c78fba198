/**
 * A file of configs/data: a test set that recipes name, and where each public file comes from.
 *
 *   data block
 *   ├─ testSet     what its name means among `evaluation.testSets`
 *   ├─ downloads   archives and raw files: fetched, and by hand where there is no address of the file itself
 *   └─ files       what the studio imports: a download, or unpacked from one, or made by a command
 *
 * Paths are below one folder for all public data (`--data` of the command line).
 */
import * as v from 'valibot';
import { parse } from 'yaml';
import type { DatasetKind } from '../storage/entries';
import { RecipeError } from './recipe-error';
import { testSetYaml, type TestSetYaml } from './schema';

/** What a file must be, as far as it is known. */
export interface Expected {
  bytes?: number;
  /** In hexadecimal digits. */
  md5?: string;
  sha256?: string;
}

export interface Download extends Expected {
  path: string;
  /** The address of the file itself. */
  url?: string;
  /** Where there is none: the page to look at, and what to do there. */
  page?: string;
  byHand?: string;
}

/** A file that is imported as a data set of this kind and name. One of `url`, `in` and `make` says where it comes from. */
export interface PublicFile extends Expected {
  kind: DatasetKind;
  name: string;
  path: string;
  records?: number;
  url?: string;
  /** The path of the download that it is unpacked from. */
  in?: string;
  /** The command that makes it; DATA stands for the folder of public data. */
  make?: string;
  /** Paths of the downloads that the command reads. */
  needs?: string[];
}

export interface DataBlock {
  name: string;
  description: string;
  testSet?: TestSetYaml;
  downloads: Download[];
  files: PublicFile[];
}

const text = v.pipe(v.string(), v.nonEmpty());
const expected = {
  bytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  md5: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits'))),
  sha256: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'))),
};
const address = v.optional(v.pipe(v.string(), v.url()));

const download = v.pipe(
  v.strictObject({ path: text, url: address, page: address, byHand: v.optional(text), ...expected }),
  v.check(
    ({ url, page, byHand }) => (url === undefined) === (page !== undefined && byHand !== undefined),
    'expected url, or page and byHand',
  ),
);

const file = v.pipe(
  v.strictObject({
    kind: v.picklist(['collection', 'queries', 'qrels', 'run']),
    name: text,
    path: text,
    records: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    url: address,
    in: v.optional(text),
    make: v.optional(text),
    needs: v.optional(v.array(text)),
    ...expected,
  }),
  v.check(
    (of) => [of.url, of.in, of.make].filter((one) => one !== undefined).length === 1,
    'expected one of url, in, make',
  ),
);

const blockSchema = v.strictObject({
  name: text,
  description: text,
  testSet: v.optional(testSetYaml),
  downloads: v.optional(v.array(download), []),
  files: v.array(file),
});

/**
 * Reads a file of configs/data.
 * @throws RecipeError naming each key that is wrong.
 */
export function parseDataBlock(yaml: string, fileName: string): DataBlock {
  const result = v.safeParse(blockSchema, parse(yaml));
  if (!result.success) {
    const problems = result.issues.map(({ path, message }) => ({
      key: (path ?? []).map(({ key }) => String(key)).join('.'),
      reason: message,
    }));
    throw new RecipeError(fileName, problems);
  }
  return result.output as DataBlock;
}
