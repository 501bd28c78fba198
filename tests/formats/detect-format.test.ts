import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../src/formats/detect-format';
import { FormatError } from '../../src/formats/format-error';
import { parseFile } from '../../src/formats/parse-file';
import { safetensorsBlob } from '../../src/formats/safetensors';
import { encode, file, gather, gzip } from './source';

const passage =
  'A passage is longer than a question, since it must answer it, with all that belongs to an answer. '.repeat(3);
const rows = (line: (i: number) => string, n = 300) => Array.from({ length: n }, (_, i) => line(i + 1) + '\n').join('');

const cases: [name: string, text: string, kind: string, format: string][] = [
  ['corpus.tsv', rows((i) => `${i}\ta title\ttext`), 'collection', 'tsv'],
  ['queries.tsv', rows((i) => `${i}\twhat is it`), 'queries', 'tsv'],
  ['a.tsv', rows((i) => `${i}\twhat is it`), 'queries', 'tsv'],
  ['a.tsv', rows((i) => `${i}\t${passage}`), 'collection', 'tsv'],
  ['a.tsv', rows((i) => `${i}\t${i} apples for 5 6 and 7`), 'queries', 'tsv'],
  ['a.jsonl', rows((i) => JSON.stringify({ _id: `${i}`, title: '', text: 't' })), 'collection', 'jsonl'],
  ['a.jsonl', rows((i) => JSON.stringify({ id: `${i}`, contents: 't' })), 'collection', 'jsonl'],
  ['queries.jsonl', rows((i) => JSON.stringify({ _id: `${i}`, text: 't' })), 'queries', 'jsonl'],
  ['a.txt', rows((i) => `1 0 d${i} 1`), 'qrels', 'trec'],
  ['a.txt', rows((i) => `${i}\tQ0\td${i}\t-1`), 'qrels', 'trec'],
  ['a.txt', rows((i) => `# note\n${i} 0 d#${i} 2`), 'qrels', 'trec'],
  ['a.tsv', `query-id\tcorpus-id\tscore\n${rows((i) => `q${i}\td${i}\t1`)}`, 'qrels', 'beir'],
  ['a.tsv', rows((i) => `q${i}\td${i}\t${(i % 3) + 1}`), 'qrels', 'beir'],
  ['a.txt', rows((i) => `q Q0 d${i} ${i} ${100 - i} s`), 'run', 'trec'],
  ['a.txt', rows((i) => `q\tQ0\td${i}\t${i}\t${1 / i}\ts`), 'run', 'trec'],
  ['ranking.tsv', rows((i) => `7\t${900 + i}\t${i}\t${30 - i / 7}`), 'run', 'colbert'],
  ['ranking.tsv', rows((i) => `7\t${900 + i}\t${i}`), 'run', 'colbert'],
  ['a.json', '[\n"[1] > [2] > [3]",\n"[2] > [1] > [3]"]', 'permutations', 'json'],
  [
    'a.jsonl',
    rows((i) => JSON.stringify({ query_id: i, retrieved_passages: [{ docid: '1', text: passage.repeat(200) }] }), 2),
    'retrieved',
    'jsonl',
  ],
  ['triples.tsv', rows((i) => `7\t${900 + i}\t${400 + i}`), 'unknown', 'unknown'],
  ['triples.tsv', rows((i) => `what is it\tthis ${i}\tthat ${i}`), 'unknown', 'unknown'],
  ['a.txt', 'Once upon a time\nthere was a file.\n', 'unknown', 'unknown'],
  ['a.txt', '', 'unknown', 'unknown'],
  ['a.zip', 'PK\x03\x04zip', 'unknown', 'unknown'],
  ['a.bin', '\0\x01\x02\x03\x04\x05\x06\x07\x08\x09', 'unknown', 'unknown'],
];

describe('detection', () => {
  it.each(cases)('%s %#', async (name, text, kind, format) => {
    expect(await detectFormat(file(name, text))).toMatchObject({ kind, format });
    if (text !== '')
      expect(await detectFormat(file(`${name}.gz`, await gzip(encode(text))))).toMatchObject({ kind, format });
  });

  it('knows safetensors', async () => {
    const data = await safetensorsBlob(
      [{ name: 'w', shape: [2] }],
      [{ name: 'w', shape: [2], values: Float32Array.of(1, 2) }],
    );
    expect(await detectFormat({ name: 'model', data })).toMatchObject({ kind: 'weights', format: 'safetensors' });
  });

  it('decides by the first line when it is all there is', async () => {
    expect(await detectFormat(file('a.txt', '1 Q0 d 1 0.5 s'))).toMatchObject({ kind: 'run', format: 'trec' });
    expect(await detectFormat(file('a.txt', '1 0 d 1'))).toMatchObject({ kind: 'qrels', format: 'trec' });
  });
});

describe('a file of a known kind', () => {
  it('is read in the format that it has', async () => {
    const records = async (kind: 'collection' | 'qrels' | 'run', text: string) =>
      (await gather(parseFile(file('f', text), kind))).records;
    expect(await records('collection', '{"_id": "1", "text": "x"}')).toEqual([{ id: '1', text: 'x' }]);
    expect(await records('collection', '1\tx')).toEqual([{ id: '1', text: 'x' }]);
    expect(await records('qrels', 'query-id\tcorpus-id\tscore\nq\td\t1')).toEqual([
      { query: 'q', document: 'd', relevance: 1 },
    ]);
    expect(await records('run', '7\t9\t1')).toMatchObject([{ query: '7', document: '9', score: 1 }]);
  });

  it('is an error when it is another kind', async () => {
    const read = gather(parseFile(file('f.txt', '1 Q0 d 1 0.5 s\n'), 'qrels'));
    await expect(read).rejects.toThrow(FormatError);
    await expect(read).rejects.toThrow('f.txt: expected judgements (qrels), found a run');
    await expect(gather(parseFile(file('f.txt', ''), 'run'))).rejects.toThrow(
      'f.txt: expected a run, found an empty file',
    );
  });
});
