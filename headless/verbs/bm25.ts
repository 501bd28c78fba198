import { join } from 'node:path';
import { RM3_DEFAULTS } from '../../src/retrieval/bm25/rm3.ts';
import { numberFlag } from '../flags.ts';
import { text, type Verb } from './verb.ts';

export const bm25: Verb = {
  summary: 'first-stage run of queries over a collection, as Lucene scores it',
  flags: {
    collection: { value: 'FILE', help: 'documents: TSV or JSONL, gzip too', required: true },
    queries: { value: 'FILE', help: 'queries: TSV or JSONL', required: true },
    k1: { value: 'NUMBER', help: 'term-frequency saturation (0.9)' },
    b: { value: 'NUMBER', help: 'length normalisation (0.4)' },
    depth: { value: 'N', help: 'documents kept for each query (500)' },
    rm3: { help: "expand each query by RM3, with Anserini's defaults: 10 terms of 10 documents, half the weight" },
  },
  async run({ app, offer, output }, flags, json) {
    const collection = await app.importFile('collection', await offer(text(flags, 'collection')!));
    const queries = await app.importFile('queries', await offer(text(flags, 'queries')!));
    const rm3 = flags['rm3'] === true;
    const run = await app.bm25({
      collection,
      queries,
      k1: numberFlag(flags, 'k1', 0.9),
      b: numberFlag(flags, 'b', 0.4),
      depth: numberFlag(flags, 'depth', 500),
      ...(rm3 ? { rm3: RM3_DEFAULTS } : {}),
      name: rm3 ? 'BM25+RM3' : 'BM25',
    });
    await app.writeDataset(run, 'run.trec');
    const path = join(output, 'run.trec');
    console.log(json ? JSON.stringify({ run: path }) : `wrote ${path}`);
  },
};
