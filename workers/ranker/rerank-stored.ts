/** Re-ranks a stored run with a stored checkpoint; the result is stored as a run. */
import { openCheckpoint, readHead } from '../../src/experiments/open-checkpoint';
import type { Progress } from '../../src/experiments/progress';
import { rerank } from '../../src/reranking/rerank';
import type { Dataset } from '../../src/storage/entries';
import type { Library } from '../../src/storage/library';
import type { RerankRequest } from '../protocol';
import type { DeviceTurns } from './device-turns';

/** Within a turn of the device. @throws what the checkpoint, the head or the texts throw. */
export async function* rerankStored(
  library: Library,
  turns: DeviceTurns,
  request: RerankRequest,
  signal: AbortSignal,
): AsyncGenerator<Progress | { type: 'done'; dataset: Dataset }, void> {
  const { checkpoint, head, collection, queries, depth, batchSize } = request;
  // A model with a head of its own is not the checkpoint's: it is never kept.
  const own = head === undefined ? undefined : { head: readHead(JSON.parse(head), 'model.head') };
  if (own) turns.freeModel();
  const opened = own
    ? await openCheckpoint(library, checkpoint, own)
    : await turns.model(checkpoint, () => openCheckpoint(library, checkpoint));
  try {
    const { model, encode, checkpoint: entry } = opened;
    const steps = rerank({
      model,
      encode,
      run: await library.readRun(request.run),
      queries: library.texts(queries),
      documents: library.texts(collection),
      depth,
      signal,
      ...(batchSize ? { maxTokens: batchSize * entry.input.maxLength } : {}),
    });
    for await (const step of steps) {
      if (step.type === 'progress') {
        yield { type: 'progress', what: 're-ranking', done: step.done, total: step.total };
      } else {
        const madeFrom = { collection, queries, checkpoint, system: entry.name };
        yield { type: 'done', dataset: await library.writeRun(request.name, step.run, madeFrom) };
      }
    }
  } finally {
    if (own) opened.model.dispose();
  }
}
