/** A library with a tiny collection, queries, judgements, a teacher's run and a two-layer BERT, for experiments in Node. */
import 'fake-indexeddb/auto';
import * as tf from '@tensorflow/tfjs';
import { savedConfig } from '../../src/models/config';
import type { TextRecord } from '../../src/formats/records';
import { openLibrary } from '../../src/storage/open-library';
import type { Library } from '../../src/storage/library';
import { TrainingControl } from '../../src/training/control';
import type { Environment } from '../../src/experiments/environment';
import type { ExperimentEvent } from '../../src/experiments/events';
import tokenizers from '../goldens/tokenizer.json';
import { tinyModel, tinyQrels, tinyRun, tinyTexts } from '../training/tiny';

let count = 0;

/** A fresh library with `animals` (collection, queries, qrels, run `first`, run `teacher`) and the checkpoint `tiny`. */
export async function tinyLibrary(): Promise<Library> {
  const library = await openLibrary(`experiments-${count++}`);
  const store = async (kind: 'collection' | 'queries', ids: string[], source: typeof tinyTexts.queries) => {
    const texts = await source.texts(ids);
    const records: TextRecord[] = ids.map((id, i) => ({ id, text: texts[i]! }));
    const chunks = (async function* () {
      yield { records, errors: [], bytesRead: 0 };
    })();
    for await (const _ of library.importDataset({ kind, name: 'animals', source: 'test' }, chunks));
  };
  const queries = [...tinyRun.keys()];
  await store('queries', queries, tinyTexts.queries);
  await store(
    'collection',
    Array.from({ length: 60 }, (_, i) => `d${i}`),
    tinyTexts.documents,
  );
  const judgements = [...tinyQrels].flatMap(([query, documents]) =>
    [...documents].map(([document, relevance]) => ({ query, document, relevance })),
  );
  const chunks = (async function* () {
    yield { records: judgements, errors: [], bytesRead: 0 };
  })();
  for await (const _ of library.importDataset({ kind: 'qrels', name: 'animals', source: 'test' }, chunks));
  await library.writeRun('first', tinyRun);
  await library.writeRun('teacher', tinyRun);

  await tf.setBackend('cpu');
  const model = await tinyModel();
  await library.putCheckpoint(
    {
      name: 'tiny',
      family: 'bert',
      finished: true,
      input: { maxLength: 48, tokenTypes: true, truncation: 'longest_first' },
      files: {
        'config.json': JSON.stringify(savedConfig(model.config)),
        'tokenizer.json': JSON.stringify(tokenizers.bert.tokenizer),
      },
    },
    model.arrays(),
  );
  model.dispose();
  return library;
}

export function environmentOf(library: Library): Environment & { abort: () => void } {
  const controller = new AbortController();
  return {
    library,
    references: { sources: {}, texts: {} },
    signal: controller.signal,
    control: new TrainingControl(),
    abort: () => controller.abort(),
  };
}

export async function all(events: AsyncIterable<ExperimentEvent>): Promise<ExperimentEvent[]> {
  const list: ExperimentEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

export const circumstances = { backend: 'cpu', adapter: 'Node', browser: 'none' };
