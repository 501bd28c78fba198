import { rankedByScore } from '../../reranking/by-score';
import type { EncodedPair } from '../../text/pair-encoder';
import type { Halt } from '../halt';
import type { ListTask, TaughtList, Teacher } from '../teacher';
import { lengthBatches } from './length-batches';

/** A model that scores pairs: `OnnxCrossEncoder`. */
export interface PairScorer {
  encode(query: string, document: string): EncodedPair;
  /** Raw scores (logits) of a batch, which it pads. */
  score(batch: readonly EncodedPair[]): Promise<ArrayLike<number>>;
}

/** Tokens scored at once, padding included: eight pairs of 512. */
const TOKENS_AT_ONCE = 4096;

/** Orders candidates by a cross-encoder's scores, a query at a time; ties as trec_eval breaks them. */
export class CrossEncoderTeacher implements Teacher {
  /** The device does one thing at a time. */
  readonly lanes = 1;

  constructor(private readonly scorer: PairScorer) {}

  steps(): number {
    return 1;
  }

  async *rank(
    { queryText, documents, texts }: ListTask,
    _before: unknown,
    halt: Halt,
  ): AsyncGenerator<TaughtList, void> {
    const inputs = texts.map((text) => this.scorer.encode(queryText, text));
    const scores = new Float64Array(inputs.length);
    const lengths = inputs.map(({ ids }) => ids.length);
    for (const batch of lengthBatches(lengths, TOKENS_AT_ONCE)) {
      halt.signal.throwIfAborted();
      const found = await this.scorer.score(batch.map((index) => inputs[index]!));
      batch.forEach((index, i) => (scores[index] = found[i]!));
    }
    const ranking = rankedByScore(documents.map((document, i) => ({ document, score: scores[i]! })));
    yield {
      documents: ranking.map(({ document }) => document),
      scores: ranking.map(({ score }) => score),
      whole: true,
    };
  }
}
