import { join } from 'node:path';
import { countFlag } from '../flags.ts';
import { text, type Verb } from './verb.ts';

export const lateInteraction: Verb = {
  summary: 'ColBERT’s MaxSim: a run of queries over a collection, or a run re-ranked',
  flags: {
    checkpoint: {
      value: 'DIR|ID',
      help: 'a ColBERT checkpoint, or any other encoder as a stand-in: a folder, a stored one, or OWNER/NAME[@REVISION] of the hub',
      required: true,
    },
    collection: { value: 'FILE', help: 'documents: TSV or JSONL, gzip too', required: true },
    queries: { value: 'FILE', help: 'queries: TSV or JSONL', required: true },
    run: { value: 'FILE', help: 're-rank this TREC run; without it the collection is indexed and searched' },
    depth: { value: 'N', help: 'documents kept for each query (100)' },
  },
  async run({ app, offer, offerCheckpoint, output }, flags, json) {
    const given = text(flags, 'run');
    const depth = countFlag(flags, 'depth') ?? 100;
    const run = await app.lateInteraction({
      checkpoint: await app.importCheckpoint(await offerCheckpoint(text(flags, 'checkpoint')!)),
      collection: await app.importFile('collection', await offer(text(flags, 'collection')!)),
      queries: await app.importFile('queries', await offer(text(flags, 'queries')!)),
      ...(given === undefined ? {} : { run: await app.importFile('run', await offer(given)) }),
      depth,
      name: 'late interaction',
    });
    await app.writeDataset(run, 'run.trec');
    const path = join(output, 'run.trec');
    console.log(json ? JSON.stringify({ run: path }) : `wrote ${path}`);
  },
};
