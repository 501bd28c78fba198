import 'fake-indexeddb/auto';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompressedIndex } from '../../../src/retrieval/late-interaction/compressed-index';
import type { LateInteractionModel } from '../../../src/retrieval/late-interaction/model';
import type { IndexingProgress } from '../../../src/retrieval/late-interaction/progress';
import {
  indexedDocuments,
  openLateInteractionIndex,
  type BuildOptions,
} from '../../../src/retrieval/late-interaction/stored-index';
import { tokenInputs } from '../../../src/retrieval/late-interaction/token-inputs';
import type { Library } from '../../../src/storage/library';
import { openLibrary } from '../../../src/storage/open-library';
import { useNodeBackend } from '../../kernels/backends';
import { tinyEncoder, tinyTokenizer } from './tiny-colbert';

const NOUNS = ['cat', 'dog', 'fish', 'bird'];
const VERBS = ['sleeps', 'eats', 'runs', 'swims', 'flies'];
const COLOURS = ['red', 'blue', 'green'];
const TEXTS = NOUNS.flatMap((noun) =>
  VERBS.flatMap((verb) => COLOURS.map((colour) => `the ${colour} ${noun} ${verb} fast in the ${colour}`)),
);
/** Makes a part of some ten documents. */
const SMALL_PARTS = 10 * 11 * (2 + 4);

let libraries = 0;

async function libraryWith(texts: string[]): Promise<{ library: Library; collection: string }> {
  const library = await openLibrary(`late-interaction-${libraries++}`);
  const records = texts.map((text, i) => ({ id: `d${i}`, text }));
  const chunks = (async function* () {
    yield { records, errors: [], bytesRead: 0 };
  })();
  const source = { kind: 'collection' as const, name: 'pets', source: 'test' };
  for await (const _ of library.importDataset(source, chunks));
  return { library, collection: (await library.datasetNamed('collection', 'pets'))!.id };
}

describe('a stored index', () => {
  let model: LateInteractionModel;
  beforeAll(async () => {
    await useNodeBackend('wasm, simd');
    const inputs = tokenInputs(tinyTokenizer(), { isColbert: true, maxPositions: 300 });
    model = { id: 'checkpoint', encoder: await tinyEncoder(), inputs };
  });
  afterAll(() => model.encoder.dispose());

  async function build(library: Library, collection: string, options: BuildOptions = {}) {
    const told: IndexingProgress[] = [];
    const steps = openLateInteractionIndex(library, collection, model, options);
    for (;;) {
      const step = await steps.next();
      if (step.done) return { index: step.value, told };
      told.push(step.value);
    }
  }

  /** Aborts the build when a step is told that it waits for. */
  async function interrupt(
    library: Library,
    collection: string,
    when: (step: IndexingProgress) => boolean | Promise<boolean>,
  ) {
    const controller = new AbortController();
    const steps = openLateInteractionIndex(library, collection, model, {
      signal: controller.signal,
      partBytes: SMALL_PARTS,
    });
    const all = (async () => {
      for await (const step of steps) if (await when(step)) controller.abort(new Error('enough'));
    })();
    await expect(all).rejects.toThrow('enough');
  }

  const same = (a: CompressedIndex, b: CompressedIndex) => {
    expect(a.ids).toEqual(b.ids);
    expect(a.codes).toEqual(b.codes);
    expect(a.residuals).toEqual(b.residuals);
    expect(a.offsets).toEqual(b.offsets);
  };

  test('has all documents, tells how far it is, and is there the next time', async () => {
    const { library, collection } = await libraryWith(TEXTS);
    const { numTensors } = tf.memory();
    const { index, told } = await build(library, collection);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(index.ids).toEqual(TEXTS.map((_, i) => `d${i}`));
    expect(new Set(told.map(({ phase }) => phase))).toEqual(new Set(['sampling', 'clustering', 'encoding']));
    expect(told.at(-1)).toMatchObject({ phase: 'encoding', done: TEXTS.length, total: TEXTS.length, remainingMs: 0 });
    const again = await build(library, collection);
    expect(again.told).toEqual([]);
    same(again.index, index);
  });

  test('in many parts is the index in one', async () => {
    const one = await libraryWith(TEXTS);
    const many = await libraryWith(TEXTS);
    // Small batches too, so that there is more than one.
    const whole = await build(one.library, one.collection);
    await build(many.library, many.collection, { partBytes: 1 });
    const again = await build(many.library, many.collection);
    same(again.index, whole.index);
  });

  test('broken off while it samples starts clean', async () => {
    const { library, collection } = await libraryWith(TEXTS);
    await interrupt(library, collection, ({ phase }) => phase === 'clustering');
    expect(await indexedDocuments(library, collection, model.id)).toBe(0);
    expect((await build(library, collection)).index.ids).toHaveLength(TEXTS.length);
  });

  test('broken off while it encodes goes on after its last part', async () => {
    const long = [...TEXTS, ...TEXTS, ...TEXTS, ...TEXTS, ...TEXTS, ...TEXTS];
    const { library, collection } = await libraryWith(long);
    await interrupt(
      library,
      collection,
      async ({ phase }) => phase === 'encoding' && (await indexedDocuments(library, collection, model.id)) > 0,
    );
    const stored = await indexedDocuments(library, collection, model.id);
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(long.length);
    const { index, told } = await build(library, collection);
    expect(new Set(told.map(({ phase }) => phase))).toEqual(new Set(['encoding']));
    expect(told[0]!.done).toBeGreaterThan(stored);
    const unbroken = await libraryWith(long);
    same(index, (await build(unbroken.library, unbroken.collection)).index);
  });

  test('goes with its collection', async () => {
    const { library, collection } = await libraryWith(TEXTS);
    await build(library, collection);
    await library.remove('dataset', collection);
    await library.purge('dataset', collection);
    expect(await indexedDocuments(library, collection, model.id)).toBe(0);
  });
});
