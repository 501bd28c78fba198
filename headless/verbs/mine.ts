import { join } from 'node:path';
import { countFlag, numberFlag, type Flags } from '../flags.ts';
import type { Session } from '../session.ts';
import { text, type Verb } from './verb.ts';

export const mine: Verb = {
  summary: 'hard negatives of a run: judged relevant documents taken out, a run to draw training lists from',
  flags: {
    run: { value: 'FILE', help: 'TREC run of the system to mine', required: true },
    qrels: { value: 'FILE', help: 'judgements', required: true },
    'skip-top': { value: 'N', help: 'first documents that are left out, after the relevant ones (0)' },
    depth: { value: 'N', help: 'documents kept for each query (500)' },
    'relevant-from': { value: 'N', help: 'grade from which a document is relevant (1)' },
    checkpoint: {
      value: 'DIR|ID',
      help: 'a re-ranker that orders the run first, so that its own mistakes are mined; with --collection and --queries',
    },
    collection: { value: 'FILE', help: 'documents, for --checkpoint' },
    queries: { value: 'FILE', help: 'queries, for --checkpoint' },
  },
  async run(session, flags, json) {
    const { app, offer, output } = session;
    const skipTop = numberFlag(flags, 'skip-top', 0);
    if (!(Number.isInteger(skipTop) && skipTop >= 0)) {
      throw new Error(`--skip-top: expected a whole number from 0, found ${skipTop}`);
    }
    const depth = countFlag(flags, 'depth') ?? 500;
    const relevantFrom = countFlag(flags, 'relevant-from');
    const given = await app.importFile('run', await offer(text(flags, 'run')!));
    const run = await ordered(session, flags, given);
    const qrels = await app.importFile('qrels', await offer(text(flags, 'qrels')!));
    const options = { skipTop, depth, ...(relevantFrom === undefined ? {} : { relevantFrom }) };
    const { dataset, ...counts } = await app.mine({ run, qrels, ...options, name: 'hard negatives' });
    await app.writeDataset(dataset.id, 'run.trec');
    const path = join(output, 'run.trec');
    if (json) {
      console.log(JSON.stringify({ run: path, documents: dataset.count, ...counts }));
      return;
    }
    const { relevant, unjudged, empty } = counts;
    console.log(
      `wrote ${path}: ${dataset.count} documents; left out ${relevant} that are judged relevant, ` +
        `${unjudged} queries without judgements, ${empty} with nothing left`,
    );
  },
};

/** The run, or what `--checkpoint` makes of all of it. */
async function ordered({ app, offer, offerCheckpoint }: Session, flags: Flags, run: string): Promise<string> {
  const checkpoint = text(flags, 'checkpoint');
  const [collection, queries] = [text(flags, 'collection'), text(flags, 'queries')];
  if (checkpoint === undefined) return run;
  if (collection === undefined || queries === undefined) {
    throw new Error('--checkpoint: expected --collection and --queries beside it, for the texts that it scores');
  }
  return app.rerank({
    checkpoint: await app.importCheckpoint(await offerCheckpoint(checkpoint)),
    collection: await app.importFile('collection', await offer(collection)),
    queries: await app.importFile('queries', await offer(queries)),
    run,
    depth: Number.MAX_SAFE_INTEGER,
    name: 're-ranked',
  });
}
