import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countFlag, numberFlag } from '../flags.ts';
import { text, type Verb } from './verb.ts';

/** Skipped entries that are told on stderr; the file has all that are listed. */
const TOLD = 20;

export const preprocess: Verb = {
  summary: "a teacher's permutations or a ColBERT run → TREC runs for training and evaluation, split by query",
  flags: {
    dataset: { value: 'rankgpt|colbert', help: 'the format of the input', required: true },
    permutations: { value: 'FILE', help: 'rankgpt: JSON list of permutation strings; gzip or zip too' },
    retrieved: {
      value: 'FILE',
      help: 'rankgpt: JSONL with query_id and retrieved_passages; in the same zip if left out',
    },
    run: { value: 'FILE', help: 'colbert: TSV or TREC run of any length; gzip or zip too' },
    depth: { value: 'N', help: 'colbert: first ranks that are kept (all)' },
    sample: { value: 'N', help: 'queries that are kept, drawn at random (all)' },
    evalperc: { value: 'SHARE', help: 'share of the queries for the evaluation run (0.01)' },
  },
  async run({ app, offer, output }, flags, json) {
    const dataset = text(flags, 'dataset');
    if (dataset !== 'rankgpt' && dataset !== 'colbert') {
      throw new Error(`--dataset: expected rankgpt or colbert, found ${dataset}`);
    }
    const other = dataset === 'rankgpt' ? ['run', 'depth'] : ['permutations', 'retrieved'];
    const misplaced = other.find((name) => flags[name] !== undefined);
    if (misplaced) throw new Error(`--${misplaced} does not go with --dataset ${dataset}`);
    const sample = countFlag(flags, 'sample');
    const depth = countFlag(flags, 'depth');
    const common = {
      evalShare: numberFlag(flags, 'evalperc', 0.01),
      seed: numberFlag(flags, 'seed', 42),
      name: 'preprocessed',
      ...(sample === undefined ? {} : { sample }),
    };
    if (!(common.evalShare >= 0 && common.evalShare < 1)) {
      throw new Error(
        `--evalperc: expected a share from 0 to below 1 (0.01 is one percent), found ${common.evalShare}`,
      );
    }
    const need = async (name: string, otherwise?: string) => {
      const path = text(flags, name) ?? otherwise;
      if (path === undefined) throw new Error(`--${name} FILE is missing: --dataset ${dataset} needs it`);
      return offer(path);
    };
    const permutations = text(flags, 'permutations');
    const both = permutations?.toLowerCase().endsWith('.zip') ? permutations : undefined;
    const result = await app.preprocess(
      dataset === 'rankgpt'
        ? { ...common, dataset, permutations: await need('permutations'), retrieved: await need('retrieved', both) }
        : { ...common, dataset, run: await need('run'), ...(depth === undefined ? {} : { depth }) },
    );
    const wrote = ['train.trec'];
    await app.writeDataset(result.train, 'train.trec');
    if (result.evaluation) {
      await app.writeDataset(result.evaluation, 'eval.trec');
      wrote.push('eval.trec');
    }
    const { lists, skipped, listed } = result;
    if (skipped > 0) {
      const lines = listed.map(({ query = '', file, line, reason }) => [query, file, line, reason].join('\t'));
      await writeFile(join(output, 'skipped.tsv'), `query\tfile\tline\treason\n${lines.join('\n')}\n`);
      wrote.push('skipped.tsv');
    }
    const paths = wrote.map((name) => join(output, name));
    if (json) {
      console.log(JSON.stringify({ written: paths, lists, skipped, listed: listed.slice(0, TOLD) }));
      return;
    }
    for (const { query, file, line, reason } of listed.slice(0, TOLD)) {
      console.error(`skipped: ${query === undefined ? '' : `query ${query}: `}${reason} (${file}, ${line})`);
    }
    if (skipped > TOLD) console.error(`… and ${skipped - TOLD} more; skipped.tsv has ${listed.length} of them`);
    const [what, left] = dataset === 'rankgpt' ? ['lists', 'lists'] : ['queries', 'lines'];
    console.log(`${lists} ${what}, ${skipped} ${left} skipped; wrote ${paths.join(' and ')}`);
  },
};
