import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../src/formats/records';
import { rankedByScore } from '../../src/reranking/by-score';
import { rerank, type RerankEvent, type RerankRequest } from '../../src/reranking/rerank';
import { tokenBatches } from '../../src/text/token-batches';
import { packBatch } from '../../src/text/pack';
import { openWasm } from '../training/on-wasm';
import { tinyModel, tinyRun, tinyTexts } from '../training/tiny';

beforeAll(openWasm);

async function eventsOf(request: Omit<RerankRequest, 'queries' | 'documents' | 'encode'> & Partial<RerankRequest>) {
  const events: RerankEvent[] = [];
  for await (const event of rerank({ ...tinyTexts, ...request })) events.push(event);
  return events;
}

const runOf = (events: RerankEvent[]): Run => events.flatMap((event) => (event.type === 'run' ? [event.run] : []))[0]!;

describe('rerank', () => {
  it('gives every document the score that the model gives it alone, best first', async () => {
    const model = await tinyModel();
    const run = runOf(await eventsOf({ model, run: tinyRun, depth: 7, maxTokens: 200 }));
    expect([...run.keys()]).toEqual([...tinyRun.keys()]);
    for (const [query, ranking] of run) {
      expect(ranking.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      const first = tinyRun.get(query)!.slice(0, 7);
      expect(ranking.map(({ document }) => document).sort()).toEqual(first.map(({ document }) => document).sort());
      expect(ranking.map(({ score }) => score)).toEqual(ranking.map(({ score }) => score).sort((a, b) => b - a));
    }
    for (const { document, score } of run.get('q3')!) {
      const [[query], [text]] = [await tinyTexts.queries.texts(['q3']), await tinyTexts.documents.texts([document])];
      const logits = model.logits(packBatch([tinyTexts.encode(query!, text!)]));
      expect(score).toBeCloseTo(logits.dataSync()[0]!, 5);
      logits.dispose();
    }
    model.dispose();
  });

  it('tells how far it is, and leaves no tensor behind', async () => {
    const model = await tinyModel();
    const before = tf.memory().numTensors;
    const events = await eventsOf({ model, run: tinyRun, depth: 5, maxTokens: 300 });
    expect(tf.memory().numTensors).toBe(before);
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event] : []));
    expect(progress.length).toBeGreaterThan(3);
    expect(progress.map(({ done }) => done)).toEqual(progress.map(({ done }) => done).sort((a, b) => a - b));
    expect(progress.at(-1)).toMatchObject({ done: 60, total: 60 });
    expect(events.at(-1)!.type).toBe('run');
    model.dispose();
  });

  it('takes the depth by rank, whatever order the run is in', async () => {
    const model = await tinyModel();
    const run: Run = new Map([['q0', [...tinyRun.get('q0')!].reverse()]]);
    const ranking = runOf(await eventsOf({ model, run, depth: 2 })).get('q0')!;
    expect(ranking.map(({ document }) => document).sort()).toEqual(['d0', 'd1']);
  });

  it('stops when it is cancelled', async () => {
    const model = await tinyModel();
    const abort = new AbortController();
    const before = tf.memory().numTensors;
    const events = rerank({ ...tinyTexts, model, run: tinyRun, depth: 20, maxTokens: 100, signal: abort.signal });
    await expect(
      (async () => {
        for await (const event of events) if (event.type === 'progress' && event.done > 20) abort.abort();
      })(),
    ).rejects.toThrow(/abort/i);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names a document that is not there', async () => {
    const run: Run = new Map([['q0', [{ document: 'nowhere', rank: 1, score: 1 }]]]);
    await expect(eventsOf({ model: await tinyModel(), run, depth: 10 })).rejects.toThrow(/"nowhere"/);
  });
});

describe('rankedByScore', () => {
  it('orders as trec_eval: score, then document id, both descending', () => {
    const scored = ['d1', 'd10', 'd2', 'a'].map((document) => ({ document, score: document === 'a' ? 2 : 1 }));
    expect(rankedByScore(scored)).toEqual([
      { document: 'a', rank: 1, score: 2 },
      { document: 'd2', rank: 2, score: 1 },
      { document: 'd10', rank: 3, score: 1 },
      { document: 'd1', rank: 4, score: 1 },
    ]);
  });

  it('does not depend on the order that it is given', () => {
    const scored = fc.uniqueArray(fc.record({ document: fc.string(), score: fc.integer({ min: 0, max: 3 }) }), {
      selector: ({ document }) => document,
    });
    fc.assert(
      fc.property(scored, (scored) => {
        expect(rankedByScore([...scored].reverse())).toEqual(rankedByScore(scored));
      }),
    );
  });
});

describe('tokenBatches', () => {
  it('covers all inputs with batches within the bound', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 })), fc.integer({ min: 1, max: 120 }), (lengths, maxTokens) => {
        const inputs = lengths.map((length) => ({ ids: new Int32Array(length), types: new Int32Array(length) }));
        const batches = tokenBatches(inputs, maxTokens);
        expect(batches.flatMap(([from, to]) => lengths.slice(from, to))).toEqual(lengths);
        for (const [from, to] of batches) {
          const tokens = lengths.slice(from, to).reduce((a, b) => a + b, 0);
          expect(to - from === 1 || tokens <= maxTokens).toBe(true);
        }
      }),
    );
  });
});
