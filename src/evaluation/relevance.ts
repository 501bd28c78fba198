import type { JudgedRanking } from './judged-ranking';

/** How many judged documents have at least grade `rel`. */
export function countRelevant(judgements: readonly number[], rel: number): number {
  let count = 0;
  for (const grade of judgements) if (grade >= rel) count++;
  return count;
}

/** How many of the first `cutoff` retrieved documents (all by default) have at least grade `rel`. */
export function countRetrieved({ grades }: JudgedRanking, rel: number, cutoff = grades.length): number {
  let count = 0;
  for (let i = 0; i < Math.min(cutoff, grades.length); i++) if (isRelevant(grades[i], rel)) count++;
  return count;
}

export function isRelevant(grade: number | undefined, rel: number): boolean {
  return grade !== undefined && grade >= rel;
}

/** `part / whole`, and 0 where there is no whole: what trec_eval says of a query without relevant documents. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
