import * as tf from '@tensorflow/tfjs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NamedArray } from '../../src/formats/named-array';
import { HeapMemoryError } from '../../src/kernels/device-errors';
import { CrossEncoder } from '../../src/models/cross-encoder';
import type { SamplingOptions, TrainingOptions } from '../../src/recipes/recipe';
import type { Batch } from '../../src/training/batches';
import { explicitBatches, sampledBatches } from '../../src/training/batch-source';
import { TrainingControl } from '../../src/training/control';
import { DivergenceError } from '../../src/training/divergence-error';
import { createSampler } from '../../src/training/sampler';
import type { StepLog } from '../../src/training/step-log';
import { train, type TrainingSetup } from '../../src/training/trainer';
import type { SavePoint, TrainingEvent } from '../../src/training/training-event';
import { validationLists } from '../../src/training/validation';
import { openWasm } from './on-wasm';
import { tinyModel, tinyQrels, tinyRun, tinyTexts } from './tiny';

const SAMPLING: SamplingOptions = {
  trainSampleSize: 6,
  trainSampleDepth: 20,
  numRelevantSamples: 1,
  minNumRelevant: 1,
  relevant: 'random',
  nonRelevant: 'random',
  keepNonRetrieved: 'relevant',
  removeUnjudged: false,
  useRanksAsQrels: false,
  targets: 'relevance',
  shuffleDocs: true,
  shuffleQueries: true,
};

const OPTIONS: TrainingOptions = {
  loss: 'LocalizedContrastive',
  reduction: 'mean',
  learningRate: 5e-3,
  weightDecay: 0.01,
  clipNorm: 10,
  accumulate: 2,
  queriesPerBatch: 4,
  schedule: 'linear',
  warmupSteps: 2,
  maxSteps: 10,
  maxEpochs: 0,
  validateEvery: 0,
  checkpointEvery: 0,
  saveLast: false,
  saveAll: true,
  patience: 0,
  seed: 42,
  precision: 'f32',
  memoryBudget: 'auto',
};

const validation = {
  lists: validationLists(tinyRun, tinyQrels, 10),
  texts: tinyTexts,
  measure: (run: ReadonlyMap<string, unknown>) => ({ queries: run.size }),
};

beforeAll(openWasm);

let source: TrainingSetup['source'];
beforeEach(() => {
  source = sampledBatches(createSampler(tinyRun, tinyQrels, SAMPLING, 42), OPTIONS.queriesPerBatch);
});

/** Everything a run said; `onEvent` sees each before the next one is asked for. */
async function eventsOf(
  setup: Omit<TrainingSetup, 'texts' | 'source'> & Partial<TrainingSetup>,
  onEvent: (event: TrainingEvent) => void | Promise<void> = () => {},
): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  for await (const event of train({ source, texts: tinyTexts, ...setup })) {
    events.push(event);
    await onEvent(event);
  }
  return events;
}

const of = <T extends TrainingEvent['type']>(events: TrainingEvent[], type: T) =>
  events.filter((event): event is Extract<TrainingEvent, { type: T }> => event.type === type);

const numbers = (events: TrainingEvent[]) =>
  of(events, 'step').map(({ step, loss, gradNorm, learningRate, tokens }: StepLog) => ({
    step,
    loss,
    gradNorm,
    learningRate,
    tokens,
  }));

async function collected(arrays: AsyncIterable<NamedArray>): Promise<NamedArray[]> {
  const all: NamedArray[] = [];
  for await (const { name, shape, values } of arrays) all.push({ name, shape, values: values.slice() });
  return all;
}

async function* given(arrays: NamedArray[]) {
  yield* arrays;
}

/** After `soundSteps` steps the model has no room for more than `tokens` tokens at once: it fails when most of the work is done. */
function withRoomFor(model: CrossEncoder, tokens: number, soundSteps: number): { failures: number } {
  const room = { failures: 0 };
  let passes = 0;
  const original = model.lossAndGradients.bind(model);
  model.lossAndGradients = (batch, ...others) => {
    const result = original(batch, ...others);
    if (++passes <= soundSteps * OPTIONS.accumulate || batch.tokens <= tokens) return result;
    tf.dispose([result.loss, result.logits]);
    result.gradients.dispose();
    room.failures++;
    throw new HeapMemoryError(batch.tokens);
  };
  return room;
}

describe('train', () => {
  it('learns a batch by heart', async () => {
    const options = { ...OPTIONS, accumulate: 1, maxSteps: 30, learningRate: 1e-2, schedule: 'constant' as const };
    const batch = explicitBatches([source.batch(0, 0)]);
    const steps = numbers(await eventsOf({ model: await tinyModel(), options, source: batch }));
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(steps[0]!.loss).toBeGreaterThan(1);
    expect(steps.at(-1)!.loss).toBeLessThan(0.2);
  });

  it('logs whole lines, with the schedule of transformers and the real tokens', async () => {
    const events = await eventsOf({ model: await tinyModel(), options: OPTIONS });
    const steps = of(events, 'step');
    expect(steps.map(({ learningRate }) => learningRate / OPTIONS.learningRate)).toEqual(
      [0, 1 / 2, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8].map((share) => expect.closeTo(share, 10)),
    );
    for (const { tokens, ms, etaMs, of, gradNorm, step } of steps) {
      expect(tokens).toBeGreaterThan(100);
      expect(ms).toBeGreaterThan(0);
      expect(gradNorm).toBeGreaterThan(0);
      expect(of).toBe(10);
      expect(etaMs > 0).toBe(step < 10);
    }
    expect(events.at(-1)).toEqual({ type: 'done', step: 10, because: 'all steps done' });
    const { batch, scores } = of(events, 'batch')[0]!;
    expect(scores.map((row) => row.length)).toEqual(batch.map(({ docs }) => docs.length));
  });

  it('does not move frozen parameters, and moves all others', async () => {
    const model = await tinyModel();
    const before = await collected(model.arrays());
    await eventsOf({ model, options: { ...OPTIONS, schedule: 'constant', warmupSteps: 0, maxSteps: 1 } });
    const after = await collected(model.arrays());
    after.forEach(({ name, values }, i) => {
      if (name.includes('position_embeddings')) expect(values).toEqual(before[i]!.values);
      else expect(values, name).not.toEqual(before[i]!.values);
    });
  });

  it('averages accumulated batches', async () => {
    const batches = [source.batch(0, 0), source.batch(0, 1)];
    const steps = async (accumulate: number, learningRate: number) => {
      const options = { ...OPTIONS, accumulate, learningRate, maxSteps: 2 / accumulate, warmupSteps: 0 };
      return numbers(await eventsOf({ model: await tinyModel(), options, source: explicitBatches(batches) }));
    };
    const [alone, together] = [await steps(1, 0), await steps(2, 0)];
    expect(together[0]!.loss).toBeCloseTo((alone[0]!.loss + alone[1]!.loss) / 2, 5);
    expect(together[0]!.tokens).toBe(alone[0]!.tokens + alone[1]!.tokens);
  });

  it('adds the terms of a batch up where it is told to', async () => {
    const first = async (reduction: TrainingOptions['reduction']) => {
      const options = { ...OPTIONS, reduction, accumulate: 1, maxSteps: 1, warmupSteps: 0, memoryBudget: 1 };
      return numbers(await eventsOf({ model: await tinyModel(), options }))[0]!;
    };
    const [mean, sum] = [await first('mean'), await first('sum')];
    expect(sum.loss).toBeCloseTo(OPTIONS.queriesPerBatch * mean.loss, 4);
    expect(sum.gradNorm / mean.gradNorm).toBeCloseTo(OPTIONS.queriesPerBatch, 3);
  });

  it('trains alike whatever the memory budget', async () => {
    const run = async (memoryBudget: number) => {
      const model = await tinyModel({ dropout: 0.1 });
      return numbers(await eventsOf({ model, options: { ...OPTIONS, memoryBudget } }));
    };
    const [small, large] = [await run(1), await run(2 ** 30)];
    small.forEach(({ loss, gradNorm }, i) => {
      expect(loss).toBeCloseTo(large[i]!.loss, 4);
      expect(gradNorm / large[i]!.gradNorm).toBeCloseTo(1, 3);
    });
  });

  it('does a step again in smaller pieces when memory is short, with the same numbers', async () => {
    const options = { ...OPTIONS, maxSteps: 4 };
    const expected = numbers(await eventsOf({ model: await tinyModel({ dropout: 0.1 }), options }));
    const model = await tinyModel({ dropout: 0.1 });
    const before = tf.memory().numTensors;
    const room = withRoomFor(model, 150, 2);
    const events = await eventsOf({ model, options });
    expect(room.failures).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(before);
    numbers(events).forEach(({ loss, gradNorm, tokens, step }, i) => {
      expect({ step, tokens }).toEqual({ step: expected[i]!.step, tokens: expected[i]!.tokens });
      expect(loss).toBeCloseTo(expected[i]!.loss, 4);
      expect(gradNorm / expected[i]!.gradNorm).toBeCloseTo(1, 3);
    });
    const notes = of(events, 'note').map(({ message }) => message);
    expect(notes).toHaveLength(room.failures);
    expect(notes[0]).toMatch(/^Memory was short in step 3: it is done again in pieces of at most \d+ tokens/);
    // It stays with the smaller pieces.
    expect(events.findLastIndex(({ type }) => type === 'note')).toBeLessThan(
      events.findIndex((event) => event.type === 'step' && event.step === 3),
    );
  });

  it('gives up when there is no room for a single sequence, with nothing updated', async () => {
    const model = await tinyModel();
    const before = await collected(model.arrays());
    withRoomFor(model, 0, 0);
    await expect(eventsOf({ model, options: OPTIONS })).rejects.toThrow(HeapMemoryError);
    expect(await collected(model.arrays())).toEqual(before);
  });

  it('keeps the number of tensors', async () => {
    const model = await tinyModel();
    const counts: number[] = [];
    const before = tf.memory().numTensors;
    await eventsOf(
      { model, options: { ...OPTIONS, maxSteps: 100, maxEpochs: 0, validateEvery: 25 }, validation },
      (event) => {
        if (event.type === 'step') counts.push(tf.memory().numTensors);
      },
    );
    expect(counts).toHaveLength(100);
    expect(new Set(counts).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('resuming', () => {
  it('goes on with exactly the numbers of an unbroken run, dropout and early stopping included', async () => {
    const options = { ...OPTIONS, schedule: 'constant' as const, validateEvery: 2, patience: 4 };
    const unbroken = await eventsOf({ model: await tinyModel({ dropout: 0.1 }), options, validation });

    let point: { save: SavePoint; weights: NamedArray[]; moments: NamedArray[] } | undefined;
    const first = await tinyModel({ dropout: 0.1 });
    const control = new TrainingControl();
    const abort = new AbortController();
    const broken = await eventsOf(
      { model: first, options, validation, control, signal: abort.signal },
      async (event) => {
        if (event.type === 'step' && event.step === 5) control.pause();
        if (event.type === 'save' && event.kind === 'resume-point') {
          const [weights, moments] = [await collected(event.weights()), await collected(event.moments())];
          point = { save: event, weights, moments };
        }
        if (event.type === 'paused') abort.abort();
      },
    );
    expect(broken.at(-1)).toEqual({ type: 'cancelled', step: 5 });
    first.dispose();

    const start = await tinyModel();
    const head = { headSeed: 999, freezePositionEmbeddings: true, dropout: 0.1 };
    const arrays = [...point!.weights, ...(await collected(start.arrays()))];
    const model = await CrossEncoder.load(start.config, given(arrays), head);
    const state = JSON.parse(JSON.stringify(point!.save.state));
    const resumed = await eventsOf({ model, options, validation, resume: { state, moments: given(point!.moments) } });

    expect([...numbers(broken), ...numbers(resumed)]).toEqual(numbers(unbroken));
    expect([...of(broken, 'validation'), ...of(resumed, 'validation')]).toEqual(of(unbroken, 'validation'));
    expect(of(resumed, 'start')).toEqual([{ type: 'start', step: 5, of: 10, stepsPerEpoch: 2 }]);
  });

  it('goes on in place after a pause', async () => {
    const control = new TrainingControl();
    const paused = await eventsOf({ model: await tinyModel(), options: OPTIONS, control }, (event) => {
      if (event.type === 'step' && event.step === 4) control.pause();
      if (event.type === 'paused') setTimeout(() => control.resume(), 20);
    });
    expect(paused.map(({ type }) => type).filter((type) => /paused|resumed|save/.test(type))).toEqual([
      'save',
      'paused',
      'resumed',
    ]);
    expect(numbers(paused)).toEqual(numbers(await eventsOf({ model: await tinyModel(), options: OPTIONS })));
  });
});

describe('saving, validation, stopping', () => {
  it('asks for checkpoints at intervals, at the best loss and at the end', async () => {
    const options = { ...OPTIONS, checkpointEvery: 4, validateEvery: 5, saveLast: true };
    const events = await eventsOf({ model: await tinyModel(), options, validation });
    const saves = of(events, 'save').map((save) => [save.step, save.kind === 'checkpoint' && save.reasons]);
    const improved = of(events, 'validation').map(({ best }) => best);
    expect(improved).toEqual([true, true]);
    expect(saves).toEqual([
      [4, ['interval']],
      [5, ['best']],
      [8, ['interval']],
      [10, ['best', 'last']],
    ]);
    const { measures, loss } = of(events, 'validation')[0]!;
    expect(measures).toEqual({
      queries: 12,
      'score mean': expect.any(Number),
      'score variance': expect.any(Number),
    });
    expect(loss).toBeGreaterThan(0);
  });

  it('stops early when validation does not get better', async () => {
    const options = { ...OPTIONS, learningRate: 0, validateEvery: 1, patience: 3, saveLast: true };
    const events = await eventsOf({ model: await tinyModel(), options, validation });
    expect(events.at(-1)).toEqual({ type: 'done', step: 4, because: 'no better validation loss' });
    expect(of(events, 'save').at(-1)).toMatchObject({ step: 4, kind: 'checkpoint', reasons: ['last'] });
  });

  it('asks for resume points as time passes', async () => {
    const events = await eventsOf({ model: await tinyModel(), options: OPTIONS, resumePointEvery: 1e-6 });
    expect(of(events, 'save').map(({ kind, step }) => [kind, step])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((step) => ['resume-point', step]),
    );
  });

  it('stops within a step when cancelled, and leaves nothing behind', async () => {
    const model = await tinyModel();
    const before = tf.memory().numTensors;
    const abort = new AbortController();
    const events = await eventsOf(
      { model, options: { ...OPTIONS, memoryBudget: 1 }, signal: abort.signal },
      (event) => {
        if (event.type === 'step' && event.step === 3) setTimeout(() => abort.abort(), 0);
      },
    );
    const { step } = of(events, 'step').at(-1)!;
    expect(step).toBeLessThan(6);
    expect(events.slice(-2)).toMatchObject([
      { type: 'save', kind: 'resume-point', step },
      { type: 'cancelled', step },
    ]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('frees everything when its reader leaves', async () => {
    const model = await tinyModel();
    const before = tf.memory().numTensors;
    for await (const event of train({ model, source, texts: tinyTexts, options: OPTIONS })) {
      if (event.type === 'step') break;
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('what cannot be trained', () => {
  it('names step, rate and what to try when it diverges', async () => {
    const options = { ...OPTIONS, learningRate: 1e30, schedule: 'constant' as const, warmupSteps: 0, clipNorm: 0 };
    const failure = await eventsOf({ model: await tinyModel(), options }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DivergenceError);
    expect((failure as DivergenceError).step).toBeLessThan(4);
    expect((failure as DivergenceError).message).toMatch(/step \d.*1e\+30.*Try a learning rate of 1e\+29/);
  });

  it('passes over lists without a relevant document, and counts them', async () => {
    const without = (batch: Batch): Batch =>
      batch.map((list, i) => (i === 0 ? { ...list, labels: list.docs.map(() => 0) } : list));
    const batches = [without(source.batch(0, 0)), source.batch(0, 1)];
    const options = { ...OPTIONS, maxSteps: 0, maxEpochs: 3 };
    const events = await eventsOf({ model: await tinyModel(), options, source: explicitBatches(batches) });
    expect(of(events, 'note').map(({ message }) => message)).toEqual([
      expect.stringMatching(/no relevant document/),
      '3 lists were passed over.',
    ]);
    const clean = [batches[0]!.slice(1), batches[1]!];
    const same = await eventsOf({ model: await tinyModel(), options, source: explicitBatches(clean) });
    expect(numbers(events)).toEqual(numbers(same));
  });

  it('says so when no list teaches anything', async () => {
    const useless = source.batch(0, 0).map((list) => ({ ...list, labels: list.docs.map(() => 0) }));
    const training = eventsOf({ model: await tinyModel(), options: OPTIONS, source: explicitBatches([useless]) });
    await expect(training).rejects.toThrow(/nothing to learn.*no relevant document/);
  });

  it('names options that make no sense', async () => {
    const model = await tinyModel();
    const fails = (options: Partial<TrainingOptions>, message: RegExp) =>
      expect(eventsOf({ model, options: { ...OPTIONS, ...options } })).rejects.toThrow(message);
    await fails({ maxSteps: 0 }, /maxSteps or maxEpochs/);
    await fails({ accumulate: 0 }, /accumulate/);
    await expect(eventsOf({ model, options: OPTIONS, source: explicitBatches([]) })).rejects.toThrow(/no lists/);
  });

  it('names an unknown document', async () => {
    const batch = [{ query: 'q0', docs: ['d0', 'nowhere'], labels: [1, 0] }];
    await expect(
      eventsOf({ model: await tinyModel(), options: OPTIONS, source: explicitBatches([batch]) }),
    ).rejects.toThrow(/documents: no text with id "nowhere"/);
  });
});
