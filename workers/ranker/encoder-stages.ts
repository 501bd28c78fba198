/** First stages by a checkpoint's vectors: runs that are stored, and the search of one query. */
import { denseRun } from '../../src/experiments/dense-run';
import { lateInteractionRerank, lateInteractionRun, openIndex } from '../../src/experiments/late-interaction-run';
import { openBiEncoder, openLateInteraction } from '../../src/experiments/open-token-encoder';
import type { Progress } from '../../src/experiments/progress';
import type { RankedDocument, Run } from '../../src/formats/records';
import { LateInteractionSearcher } from '../../src/retrieval/late-interaction/searcher';
import { indexedDocuments } from '../../src/retrieval/late-interaction/stored-index';
import { encodeAll } from '../../src/retrieval/late-interaction/token-vectors';
import type { Dataset } from '../../src/storage/entries';
import type { Library } from '../../src/storage/library';
import type { DenseRequest, EncoderSearchRequest, LateInteractionRequest } from '../protocol';
import type { DeviceTurns } from './device-turns';

type RunEvents = AsyncGenerator<Progress | { type: 'done'; dataset: Dataset }, void>;

/** Within a turn of the device. */
export async function* lateInteractionStored(
  library: Library,
  turns: DeviceTurns,
  { checkpoint, collection, queries, run, depth, name }: LateInteractionRequest,
  signal: AbortSignal,
): RunEvents {
  const model = await lateInteractionModel(library, turns, checkpoint);
  const texts = { queries: library.texts(queries), documents: library.texts(collection) };
  const made = run
    ? yield* lateInteractionRerank(model, await library.readRun(run), texts, depth, signal)
    : yield* lateInteractionRun(library, model, collection, await library.allTexts(queries), depth, signal);
  yield* stored(library, made, { checkpoint, collection, queries, name }, 'late interaction');
}

/** Within a turn of the device. */
export async function* denseStored(
  library: Library,
  turns: DeviceTurns,
  { checkpoint, collection, queries, depth, name }: DenseRequest,
  signal: AbortSignal,
): RunEvents {
  const model = await denseModel(library, turns, checkpoint);
  const made = yield* denseRun(library, model, collection, await library.allTexts(queries), depth, signal);
  yield* stored(library, made, { checkpoint, collection, queries, name }, 'dense');
}

/** Within a turn of the device. */
export async function* searchByEncoder(
  library: Library,
  turns: DeviceTurns,
  { how, checkpoint, collection, query, depth }: EncoderSearchRequest,
  signal: AbortSignal,
): AsyncGenerator<Progress | { type: 'done'; ranking: RankedDocument[] }, void> {
  if (how === 'dense') {
    const model = await denseModel(library, turns, checkpoint);
    const run = yield* denseRun(library, model, collection, new Map([['', query]]), depth, signal);
    yield { type: 'done', ranking: run.get('')! };
    return;
  }
  const model = await lateInteractionModel(library, turns, checkpoint);
  // The index stays in memory while the collection is searched and does not grow.
  const documents = (await library.dataset(collection))?.count ?? 0;
  const key = `index ${checkpoint} ${collection} ${documents}`;
  if ((await indexedDocuments(library, collection, checkpoint)) < documents || !turns.has(key)) {
    const index = yield* openIndex(library, collection, model, signal);
    await turns.kept('index', key, () => Promise.resolve(new LateInteractionSearcher(index)));
  }
  const searcher = await turns.kept<LateInteractionSearcher>('index', key, () =>
    Promise.reject(new Error('unreached')),
  );
  const { values } = await encodeAll(model.encoder, [model.inputs.query(query)]);
  yield { type: 'done', ranking: await searcher.search(values, depth) };
}

async function* stored(
  library: Library,
  run: Run,
  { name, ...madeFrom }: { checkpoint: string; collection: string; queries: string; name: string },
  how: string,
): RunEvents {
  const system = `${how} (${(await library.checkpoint(madeFrom.checkpoint))?.name})`;
  yield { type: 'done', dataset: await library.writeRun(name, run, { ...madeFrom, system }) };
}

async function lateInteractionModel(library: Library, turns: DeviceTurns, checkpoint: string) {
  const kept = await turns.kept('encoder', `late interaction ${checkpoint}`, async () => {
    const model = await openLateInteraction(library, checkpoint);
    return { model, dispose: () => model.encoder.dispose() };
  });
  return kept.model;
}

async function denseModel(library: Library, turns: DeviceTurns, checkpoint: string) {
  const kept = await turns.kept('encoder', `dense ${checkpoint}`, async () => {
    const model = await openBiEncoder(library, checkpoint);
    return { model, dispose: () => model.encoder.dispose() };
  });
  return kept.model;
}
