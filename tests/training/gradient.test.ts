import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CrossEncoder } from '../../src/models/cross-encoder';
import type { LossName } from '../../src/recipes/recipe';
import { packBatch } from '../../src/text/pack';
import { encodeLists } from '../../src/training/encode-lists';
import { batchGradient, type EncodedList } from '../../src/training/gradient';
import { LOSSES } from '../../src/training/losses/losses';
import { activationBytesPerToken } from '../../src/training/memory-budget';
import type { Fits } from '../../src/training/plan';
import { openWasm } from './on-wasm';
import { tinyModel, tinyTexts } from './tiny';

const ALL_AT_ONCE: Fits = () => true;
/** Cuts lists of some hundred tokens into several pieces, and leaves short lists whole. */
const SMALL: Fits = (tokens) => tokens <= 90;

beforeAll(openWasm);

async function someLists(): Promise<EncodedList[]> {
  const docs = (from: number, count: number) => Array.from({ length: count }, (_, i) => `d${from + i}`);
  return encodeLists(
    [
      { query: 'q0', docs: docs(0, 12), labels: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
      { query: 'q1', docs: docs(12, 3), labels: [0, 2, 1] },
      { query: 'q2', docs: docs(20, 2), labels: [0, 1] },
      { query: 'q3', docs: docs(30, 9), labels: [5, 9, 8, 7, 6, 1, 2, 3, 4] },
    ],
    tinyTexts,
  );
}

/** Loss, scores and every gradient as plain arrays. */
async function gradientOf(model: CrossEncoder, lists: EncodedList[], name: LossName, fits: Fits, seed?: number) {
  const options = { factor: 0.5, reduction: 'mean' as const, seed, fits };
  const { loss, scores, gradients } = await batchGradient(model, lists, LOSSES[name], options);
  const dense = [...gradients.dense].map(([name, tensor]) => ({ name, values: [...tensor.dataSync()] }));
  const tables = [...gradients.tables].map(([name, { rows, values }]) => ({
    name,
    rows: [...rows],
    values: [...values.dataSync()].slice(0, rows.length * values.shape[1]),
  }));
  const result = { loss: loss.dataSync()[0]!, scores: [...scores.dataSync()], dense, tables };
  tf.dispose([loss, scores]);
  gradients.dispose();
  return result;
}

describe.each(Object.keys(LOSSES) as LossName[])('the gradient of %s in pieces', (name) => {
  it.each([undefined, 42])('equals the one of a single pass (dropout seed %s)', async (seed) => {
    const model = await tinyModel({ dropout: 0.1 });
    const lists = await someLists();
    const whole = await gradientOf(model, lists, name, ALL_AT_ONCE, seed);
    const before = tf.memory().numTensors;
    const pieces = await gradientOf(model, lists, name, SMALL, seed);
    expect(tf.memory().numTensors).toBe(before);

    expect(pieces.loss).toBeCloseTo(whole.loss, 5);
    pieces.scores.forEach((score, i) => expect(score).toBeCloseTo(whole.scores[i]!, 5));
    expect(pieces.tables.map(({ rows }) => rows)).toEqual(whole.tables.map(({ rows }) => rows));
    for (const kind of ['dense', 'tables'] as const) {
      expect(pieces[kind].map(({ name }) => name).sort()).toEqual(whole[kind].map(({ name }) => name).sort());
      for (const { name, values } of pieces[kind]) {
        const expected = whole[kind].find((entry) => entry.name === name)!.values;
        // The last bias shifts all scores alike: its gradient is 0 but for rounding.
        if (name !== 'classifier.bias') expect(Math.max(...expected.map(Math.abs)), name).toBeGreaterThan(1e-5);
        values.forEach((value, i) => expect(Math.abs(value - expected[i]!), name).toBeLessThan(1e-5));
      }
    }
    model.dispose();
  });

  it('has dropout that matters, and is replayed', async () => {
    const model = await tinyModel({ dropout: 0.1 });
    const lists = await someLists();
    const [a, b, c] = [
      await gradientOf(model, lists, name, SMALL, 1),
      await gradientOf(model, lists, name, SMALL, 1),
      await gradientOf(model, lists, name, SMALL, 2),
    ];
    expect(b).toEqual(a);
    expect(c.loss).not.toBeCloseTo(a.loss, 5);
    model.dispose();
  });
});

/** The most bytes of tensors that `work` held, beyond what was held before. */
async function peakOf(work: () => Promise<unknown>): Promise<number> {
  const engine = tf.engine() as unknown as {
    state: { numBytes: number };
    trackTensor(tensor: tf.Tensor, backend: unknown): void;
  };
  const track = engine.trackTensor;
  const start = engine.state.numBytes;
  let highest = start;
  engine.trackTensor = function (tensor, backend) {
    track.call(engine, tensor, backend);
    highest = Math.max(highest, engine.state.numBytes);
  };
  await work().finally(() => (engine.trackTensor = track));
  return highest - start;
}

describe('memory of the gradient in pieces', () => {
  it('peaks far below that of a single pass, and a single pass within its estimate', async () => {
    const model = await tinyModel();
    const lists = await someLists();
    const whole = await peakOf(() => gradientOf(model, lists, 'RankNet', ALL_AT_ONCE));
    const pieces = await peakOf(() => gradientOf(model, lists, 'RankNet', SMALL));
    expect(pieces).toBeLessThan(0.4 * whole);
    const tokens = packBatch(lists.flatMap((list) => list.inputs)).ids.length;
    const gradients = 4 * model.parameters().reduce((sum, { variable }) => sum + variable.size, 0);
    expect(whole).toBeLessThan(tokens * activationBytesPerToken(model, false) + gradients);
    model.dispose();
  });

  it('stops where it is told to, and leaves nothing behind', async () => {
    const model = await tinyModel();
    const lists = await someLists();
    const before = tf.memory().numTensors;
    let turns = 0;
    const turn = async () => {
      if (++turns === 4) throw new Error('stop');
    };
    const options = { factor: 1, reduction: 'mean' as const, fits: SMALL, turn };
    await expect(batchGradient(model, lists, LOSSES.RankNet, options)).rejects.toThrow('stop');
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
