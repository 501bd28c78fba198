import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrossEncoderTeacher } from '../../../src/teachers/cross-encoder/cross-encoder-teacher';
import { lengthBatches } from '../../../src/teachers/cross-encoder/length-batches';
import { fingerprintOf, folderFiles, hubFiles } from '../../../src/teachers/cross-encoder/model-files';
import type { EncodedPair } from '../../../src/text/pair-encoder';
import { halting } from '../fake-clock';

describe('batches by length', () => {
  it('have every input once, little padding, and at most so many tokens', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 })), fc.integer({ min: 1, max: 400 }), (lengths, most) => {
        const batches = lengthBatches(lengths, most);
        expect(batches.flat().toSorted((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
        let shortest = Infinity;
        for (const batch of batches) {
          const own = batch.map((index) => lengths[index]!);
          expect(batch.length === 1 || Math.max(...own) * own.length <= most).toBe(true);
          expect(Math.max(...own)).toBeLessThanOrEqual(shortest);
          shortest = Math.min(...own);
        }
      }),
    );
  });
});

describe("a cross-encoder's list", () => {
  const batches: number[][] = [];
  /** Scores a passage by its number of words. */
  const scorer = {
    encode: (query: string, document: string): EncodedPair => {
      const ids = Int32Array.from([...query.split(' '), ...document.split(' ')], (_, i) => i);
      return { ids, types: new Int32Array(ids.length) };
    },
    score: async (batch: readonly EncodedPair[]) => {
      batches.push(batch.map(({ ids }) => ids.length));
      return batch.map(({ ids }) => ids.length / 2);
    },
  };

  it('is by score, equal scores by id as trec_eval has it, and has the scores', async () => {
    const texts = ['one', 'one two three', 'one two', 'two one', 'x '.repeat(3000).trim()];
    const task = { query: 'q', queryText: 'a query', documents: ['a', 'b', 'c', 'd', 'e'], texts };
    const teacher = new CrossEncoderTeacher(scorer);
    const lists = [];
    for await (const list of teacher.rank(task, undefined, halting().halt)) lists.push(list);
    expect(lists).toEqual([{ documents: ['e', 'b', 'd', 'c', 'a'], scores: [1501, 2.5, 2, 2, 1.5], whole: true }]);
    expect(batches).toEqual([[3002], [5, 4, 4, 3]]);
  });
});

describe("an ONNX model's files", () => {
  const file = (path: string, text = path) => ({ path, file: new Blob([text]) });
  const read = async (files: ReturnType<typeof folderFiles>, path: string) => {
    const bytes = await files.read(path);
    return bytes && new TextDecoder().decode(bytes);
  };

  it.each([
    [
      'in onnx/, the rest above it',
      ['onnx/model.onnx', 'config.json', 'tokenizer.json'],
      'onnx/model.onnx',
      'config.json',
    ],
    ['at the top', ['model.onnx', 'config.json'], 'model.onnx', 'config.json'],
    [
      'one folder down, with its files',
      ['export/model.onnx', 'export/config.json'],
      'export/model.onnx',
      'export/config.json',
    ],
    ['under a name of its own', ['reranker.onnx', 'config.json'], 'reranker.onnx', 'config.json'],
  ])('are found %s', async (_, paths, model, config) => {
    const files = folderFiles(
      'mine',
      paths.map((path) => file(path)),
      'fp32',
    );
    expect(await read(files, 'onnx/model.onnx')).toBe(model);
    expect(await read(files, 'config.json')).toBe(config);
    expect(await read(files, 'vocab.txt')).toBeUndefined();
  });

  it('go by precision, and what is missing is named', async () => {
    const both = [file('onnx/model.onnx'), file('onnx/model_quantized.onnx')];
    expect(await read(folderFiles('mine', both, 'q8'), 'onnx/model_quantized.onnx')).toBe('onnx/model_quantized.onnx');
    expect(() => folderFiles('mine', both, 'fp16')).toThrow(
      'mine: expected onnx/model_fp16.onnx or model_fp16.onnx, found onnx/model.onnx, onnx/model_quantized.onnx',
    );
    expect(() => folderFiles('mine', [file('config.json')], 'fp32')).toThrow(/found no \.onnx file/);
  });

  it('of a folder are the same next time as long as names and sizes are', () => {
    const files = [file('config.json'), file('onnx/model.onnx'), file('README.md')];
    expect(fingerprintOf(files)).toBe('config.json:11 onnx/model.onnx:15');
    expect(fingerprintOf(files.toReversed())).toBe(fingerprintOf(files));
  });

  it('of the hub have an id of two parts', () => {
    const options = { signal: new AbortController().signal, tell: () => {} };
    expect(() => hubFiles('just a name', options)).toThrow(/expected a hub id such as cross-encoder/);
    expect(hubFiles('cross-encoder/ms-marco-MiniLM-L6-v2', options).name).toBe('cross-encoder/ms-marco-MiniLM-L6-v2');
  });
});
