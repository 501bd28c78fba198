import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { numberFlag } from '../flags.ts';
import { text, type Verb } from './verb.ts';

export const rerank: Verb = {
  summary: 're-orders the top of a run by a checkpoint',
  flags: {
    checkpoint: {
      value: 'DIR|ID',
      help: 'a folder with HF files (or a zip of it), a stored checkpoint, or a model of the hub: OWNER/NAME[@REVISION]',
      required: true,
    },
    collection: { value: 'FILE', help: 'documents', required: true },
    queries: { value: 'FILE', help: 'queries', required: true },
    run: { value: 'FILE', help: 'TREC run of the first stage', required: true },
    depth: { value: 'N', help: 'documents of each query that are re-ranked (100)' },
    'batch-size': { value: 'N', help: 'pairs scored at a time (by memory)' },
    set: { value: 'model.head=FILE', help: 'a head in place of the seeded one', repeated: true },
  },
  async run({ app, offer, offerCheckpoint, output }, flags, json) {
    const settings = (flags['set'] as string[] | undefined) ?? [];
    const unknown = settings.find((setting) => !setting.startsWith('model.head='));
    if (unknown) throw new Error(`--set ${unknown}: rerank knows only model.head`);
    const headFile = settings[0]?.slice('model.head='.length);
    const batchSize = numberFlag(flags, 'batch-size', 0);
    const run = await app.rerank({
      checkpoint: await app.importCheckpoint(await offerCheckpoint(text(flags, 'checkpoint')!)),
      collection: await app.importFile('collection', await offer(text(flags, 'collection')!)),
      queries: await app.importFile('queries', await offer(text(flags, 'queries')!)),
      run: await app.importFile('run', await offer(text(flags, 'run')!)),
      depth: numberFlag(flags, 'depth', 100),
      ...(batchSize ? { batchSize } : {}),
      ...(headFile ? { head: await readFile(headFile, 'utf8') } : {}),
      name: 're-ranked',
    });
    await app.writeDataset(run, 'run.trec');
    const path = join(output, 'run.trec');
    console.log(json ? JSON.stringify({ run: path }) : `wrote ${path}`);
  },
};
