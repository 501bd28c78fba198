import { join } from 'node:path';
import { numberFlag } from '../flags.ts';
import { text, type Verb } from './verb.ts';

export const preprocess: Verb = {
  summary: "a teacher's permutations or a ColBERT run → TREC runs for training and evaluation, split by query",
  flags: {
    dataset: { value: 'rankgpt|colbert', help: 'the format of the input', required: true },
    permutations: { value: 'FILE', help: 'rankgpt: JSON list of permutation strings' },
    retrieved: { value: 'FILE', help: 'rankgpt: JSONL with query_id and retrieved_passages' },
    run: { value: 'FILE', help: 'colbert: TSV run' },
    evalperc: { value: 'SHARE', help: 'share of the queries for the evaluation run (0.01)' },
  },
  async run({ app, offer, output }, flags, json) {
    const dataset = text(flags, 'dataset');
    const common = {
      evalShare: numberFlag(flags, 'evalperc', 0.01),
      seed: numberFlag(flags, 'seed', 42),
      name: 'preprocessed',
    };
    const need = async (name: string) => {
      const path = text(flags, name);
      if (path === undefined) throw new Error(`--${name} FILE is missing: --dataset ${dataset} needs it`);
      return offer(path);
    };
    if (dataset !== 'rankgpt' && dataset !== 'colbert') {
      throw new Error(`--dataset: expected rankgpt or colbert, found ${dataset}`);
    }
    const result = await app.preprocess(
      dataset === 'rankgpt'
        ? { ...common, dataset, permutations: await need('permutations'), retrieved: await need('retrieved') }
        : { ...common, dataset, run: await need('run') },
    );
    const wrote = ['train.trec'];
    await app.writeDataset(result.train, 'train.trec');
    if (result.evaluation) {
      await app.writeDataset(result.evaluation, 'eval.trec');
      wrote.push('eval.trec');
    }
    const paths = wrote.map((name) => join(output, name));
    if (json) {
      console.log(JSON.stringify({ written: paths, lists: result.lists, skipped: result.skipped }));
      return;
    }
    for (const reason of result.reasons) console.error(`skipped: ${reason}`);
    console.log(`${result.lists} lists, ${result.skipped} skipped; wrote ${paths.join(' and ')}`);
  },
};
