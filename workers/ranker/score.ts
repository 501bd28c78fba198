/** Scores texts against a query with a stored checkpoint. */
import { openCheckpoint } from '../../src/experiments/open-checkpoint';
import { scorePairs } from '../../src/reranking/score-pairs';
import type { Library } from '../../src/storage/library';
import type { ScoreRequest } from '../protocol';
import type { DeviceTurns } from './device-turns';

/** Raw scores (logits) of the documents' texts, in their order. */
export async function score(
  library: Library,
  turns: DeviceTurns,
  { checkpoint, query, documents }: ScoreRequest,
): Promise<number[]> {
  const scores = new Array<number>(documents.length);
  const batches = turns.steps(async function* () {
    const { model, encode } = await turns.model(checkpoint, () => openCheckpoint(library, checkpoint));
    yield* scorePairs(
      model,
      documents.map((document) => encode(query, document)),
    );
  });
  for await (const batch of batches) batch.scores.forEach((value, i) => (scores[batch.first + i] = value));
  return scores;
}
