import { expect, test } from 'vitest';
import type { Run } from '../../src/formats/records';
import { maxSimRerank } from '../../src/reranking/max-sim-rerank';
import { tokenInputs } from '../../src/retrieval/late-interaction/token-inputs';
import { useNodeBackend } from '../kernels/backends';
import { expected, tinyEncoder, tinyTokenizer } from '../retrieval/late-interaction/tiny-colbert';
import { textsInMemory } from './texts-in-memory';

const texts = (prefix: string, of: string[]) =>
  textsInMemory(new Map(of.map((text, i) => [`${prefix}${i}`, text])), prefix);

test('a run is re-ranked by the scores that Python gives', async () => {
  await useNodeBackend('wasm, simd');
  const encoder = await tinyEncoder();
  const inputs = tokenInputs(tinyTokenizer(), { isColbert: true, maxPositions: 300 });
  // Query 0 has all documents, query 1 the first three, of which two are asked for, query 2 one.
  const depths = [5, 3, 1];
  const run: Run = new Map(
    depths.map((depth, q) => [
      `q${q}`,
      Array.from({ length: depth }, (_, d) => ({ document: `d${d}`, rank: d + 1, score: -d })),
    ]),
  );
  const events = [];
  for await (const event of maxSimRerank({
    model: { id: 'tiny', encoder, inputs },
    run,
    queries: texts('q', expected.queries),
    documents: texts('d', expected.documents),
    depth: 5,
  }))
    events.push(event);
  encoder.dispose();
  const last = events.at(-1)!;
  expect(events.at(-2)).toMatchObject({ type: 'progress', done: 5, total: 5 });
  if (last.type !== 'run') throw new Error('no run');
  depths.forEach((depth, q) => {
    const wanted = expected.scores[q]!.slice(0, depth)
      .map((score, d) => ({ document: `d${d}`, score }))
      .sort((a, b) => b.score - a.score);
    const found = last.run.get(`q${q}`)!;
    expect(found.map(({ document }) => document)).toEqual(wanted.map(({ document }) => document));
    found.forEach(({ score, rank }, i) => {
      expect(rank).toBe(i + 1);
      expect(Math.abs(score - wanted[i]!.score)).toBeLessThan(1e-4);
    });
  });
});
