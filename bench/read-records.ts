import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { parseFile } from '../src/formats/parse-file';
import type { TextRecord } from '../src/formats/records';

/** All records of a collection or of queries: TSV or JSONL, gzip of each. */
export async function readRecords(file: string, kind: 'collection' | 'queries'): Promise<TextRecord[]> {
  const records: TextRecord[] = [];
  const source = { name: basename(file), data: await openAsBlob(file) };
  for await (const chunk of parseFile(source, kind, /\.jsonl(\.gz)?$/.test(file) ? 'jsonl' : 'tsv'))
    for (const record of chunk.records) records.push(record);
  return records;
}
