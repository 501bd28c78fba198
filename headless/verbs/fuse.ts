import { join } from 'node:path';
import { countFlag } from '../flags.ts';
import type { Verb } from './verb.ts';

export const fuse: Verb = {
  summary: 'one run of several, by reciprocal rank',
  flags: {
    run: { value: 'FILE', help: 'a TREC run; two or more', required: true, repeated: true },
    k: { value: 'N', help: 'added to each rank (60)' },
    depth: { value: 'N', help: 'documents kept for each query (500)' },
  },
  async run({ app, offer, output }, flags, json) {
    const files = flags['run'] as string[];
    if (files.length < 2) throw new Error('--run FILE: expected two runs or more to fuse, found one');
    const [k, depth] = [countFlag(flags, 'k'), countFlag(flags, 'depth') ?? 500];
    const runs: string[] = [];
    for (const file of files) runs.push(await app.importFile('run', await offer(file)));
    const run = await app.fuse({ runs, depth, ...(k === undefined ? {} : { k }), name: 'fused' });
    await app.writeDataset(run, 'run.trec');
    const path = join(output, 'run.trec');
    console.log(json ? JSON.stringify({ run: path }) : `wrote ${path}`);
  },
};
