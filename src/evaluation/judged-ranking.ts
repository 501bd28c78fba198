/**
 * A ranking with its judgements, in the one order that every measure looks at it: trec_eval's.
 *
 *   run, a query ──▶ by score, as 32-bit floats, descending     the ranks of the file play no part
 *                    ties by document id, descending, byte by byte
 *   qrels ─────────▶ grades   [2, undefined, 0, …]              undefined: not judged
 */
import type { RankedDocument } from '../formats/records';

export interface JudgedRanking {
  /** Grades of the retrieved documents, best first; undefined where there is no judgement. */
  grades: readonly (number | undefined)[];
  /** Grades of all judged documents of the query, in no order. */
  judgements: readonly number[];
}

/** Order of UTF-8 bytes, as C's `strcmp`; UTF-16 code units order differently once there are surrogates. */
function compareBytes(a: string, b: string): number {
  const shortest = Math.min(a.length, b.length);
  for (let i = 0; i < shortest; i++) {
    // Up to the first difference both strings are the same, so i is never inside a pair of one of them only.
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return codePointAround(a, i) - codePointAround(b, i);
  }
  return a.length - b.length;
}

/** The code point that the unit at `i` belongs to, whether it is the first or the second half of a pair. */
function codePointAround(text: string, i: number): number {
  const unit = text.charCodeAt(i);
  const isSecondHalf = unit >= 0xdc00 && unit <= 0xdfff;
  return text.codePointAt(isSecondHalf && i > 0 ? i - 1 : i)!;
}

/** Documents by score descending, compared as 32-bit floats as trec_eval holds them; ties by document id descending. */
export function trecOrder(ranking: readonly RankedDocument[]): RankedDocument[] {
  return [...ranking].sort(
    (a, b) => Math.fround(b.score) - Math.fround(a.score) || compareBytes(b.document, a.document),
  );
}

/**
 * Joins a query's ranking with its judgements.
 * @throws Error naming query and document when a document comes twice in the ranking (as trec_eval does), or a score is
 * not a number.
 */
export function judgeRanking(
  query: string,
  ranking: readonly RankedDocument[],
  judgements: ReadonlyMap<string, number>,
): JudgedRanking {
  const seen = new Set<string>();
  for (const { document, score } of ranking) {
    if (seen.has(document)) throw new Error(`run: query ${query} has document ${document} twice: keep one of them`);
    if (Number.isNaN(score)) throw new Error(`run: query ${query}, document ${document}: the score is not a number`);
    seen.add(document);
  }
  return {
    grades: trecOrder(ranking).map(({ document }) => judgements.get(document)),
    judgements: [...judgements.values()],
  };
}

/** The ranking as if only its judged documents had been retrieved (trec_eval -J, which drops negative grades as well). */
export function judgedOnly({ grades, judgements }: JudgedRanking): JudgedRanking {
  return { grades: grades.filter((grade) => grade !== undefined && grade >= 0), judgements };
}
