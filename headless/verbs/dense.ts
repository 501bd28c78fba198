import { join } from 'node:path';
import { countFlag } from '../flags.ts';
import { text, type Verb } from './verb.ts';

export const dense: Verb = {
  summary: 'a bi-encoder’s run of queries over a collection: mean pooling, exact cosine',
  flags: {
    checkpoint: {
      value: 'DIR|ID',
      help: 'a folder with HF files, a stored checkpoint, or a model of the hub: OWNER/NAME[@REVISION]',
      required: true,
    },
    collection: { value: 'FILE', help: 'documents: TSV or JSONL, gzip too', required: true },
    queries: { value: 'FILE', help: 'queries: TSV or JSONL', required: true },
    depth: { value: 'N', help: 'documents kept for each query (500)' },
  },
  async run({ app, offer, offerCheckpoint, output }, flags, json) {
    const depth = countFlag(flags, 'depth') ?? 500;
    const run = await app.dense({
      checkpoint: await app.importCheckpoint(await offerCheckpoint(text(flags, 'checkpoint')!)),
      collection: await app.importFile('collection', await offer(text(flags, 'collection')!)),
      queries: await app.importFile('queries', await offer(text(flags, 'queries')!)),
      depth,
      name: 'dense',
    });
    await app.writeDataset(run, 'run.trec');
    const path = join(output, 'run.trec');
    console.log(json ? JSON.stringify({ run: path }) : `wrote ${path}`);
  },
};
