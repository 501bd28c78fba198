import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { loadTokenizer } from '../src/text/tokenizer';
import { tokenizerFromVocabulary } from '../src/text/tokenizer-from-vocabulary';
import { readRecords } from './read-records';
import { median, type Bench, type BenchOptions } from './result';
import { syntheticCollection } from './synthetic-collection';

const ROUNDS = 5;
const DOCUMENTS = 5000;
/** About as large as BERT's, so that a third of the words are cut into pieces. */
const WORDS = 20_000;
const FILES = ['tokenizer.json', 'tokenizer_config.json', 'vocab.txt'];

/** A checkpoint's files, or a WordPiece vocabulary of the texts' most frequent words and of all characters. */
async function tokenizerFiles({ model }: BenchOptions, texts: string[]): Promise<Record<string, string>> {
  if (model) {
    const there = FILES.filter((name) => existsSync(join(model, name)));
    return Object.fromEntries(
      await Promise.all(there.map(async (name) => [name, await readFile(join(model, name), 'utf8')] as const)),
    );
  }
  const counts = new Map<string, number>();
  for (const word of texts.join(' ').toLowerCase().match(/\w+/g) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].sort((a, b) => b[1] - a[1]).slice(0, WORDS);
  const characters = [...'abcdefghijklmnopqrstuvwxyz0123456789.,%'];
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  const pieces = [...characters, ...characters.map((c) => `##${c}`), ...words.map(([word]) => word)];
  return { 'vocab.txt': [...new Set([...special, ...pieces])].join('\n') };
}

/**
 * Texts to ids: ours, words cached around the library's tokenizer, against that library alone. Tokens a second, of rounds that take turns;
 * more is better. `ours` begins with an empty cache each time, `others.warm` is a second pass, as of each epoch; the ids are compared, too.
 */
export const benchTokenise: Bench = async (options) => {
  const documents = options.documents ?? DOCUMENTS;
  const records = options.collection
    ? await readRecords(options.collection, 'collection')
    : syntheticCollection(documents).collection;
  const texts = records.slice(0, documents).map(({ text }) => text);
  const files = await tokenizerFiles(options, texts);
  const definition = files['tokenizer.json'] ?? tokenizerFromVocabulary(files);
  if (!definition) throw new Error(`tokenise: ${options.model}: expected a tokenizer.json or a vocab.txt, found none`);
  const config = JSON.parse(files['tokenizer_config.json'] ?? '{}') as object;
  const ours = () => loadTokenizer({ ...files, 'tokenizer.json': definition }).encode;
  const library = () => {
    const hub = new HubTokenizer(JSON.parse(definition) as object, config);
    return (text: string) => hub.encode(text, { add_special_tokens: false }).ids;
  };

  const [ourIds, theirIds] = [texts.map(ours()), texts.map(library())];
  const tokens = ourIds.reduce((sum, ids) => sum + ids.length, 0);
  const differentTexts = ourIds.filter((ids, i) => ids.join() !== theirIds[i]!.join()).length;
  const rate = (encode: (text: string) => unknown) => {
    const start = performance.now();
    for (const text of texts) encode(text);
    return (1000 * tokens) / (performance.now() - start);
  };
  const rates = Array.from({ length: ROUNDS }, () => {
    const cached = ours();
    return { ours: rate(cached), warm: rate(cached), peer: rate(library()) };
  });
  const medianOf = (side: 'ours' | 'warm' | 'peer') => median(rates.map((round) => round[side]));
  return {
    task: 'tokenise',
    backend: 'cpu',
    adapter: cpus()[0]?.model ?? 'unknown',
    threads: 1,
    ours: Math.round(medianOf('ours')),
    peer: Math.round(medianOf('peer')),
    peerName: '@huggingface/tokenizers without a cache',
    unit: 'tokens/s',
    ratio: medianOf('ours') / medianOf('peer'),
    tokens,
    dispatches: 0,
    peakBytes: 0,
    documents: texts.length,
    others: { warm: Math.round(medianOf('warm')), differentTexts },
  };
};
