/** A training list in words: its documents in the order of the model's scores, and where the labels want them. */

export interface BatchRow {
  document: string;
  score: number;
  label: number;
  /** By score, from 1. */
  rank: number;
  /** By label, from 1; documents with the same label share the first of their ranks. */
  wanted: number;
}

/** Rows by falling score. `docs`, `labels` and `scores` have the length of the list. */
export function batchRows(docs: readonly string[], labels: readonly number[], scores: readonly number[]): BatchRow[] {
  const byLabel = labels.toSorted((a, b) => b - a);
  return docs
    .map((document, i) => ({ document, score: scores[i] ?? NaN, label: labels[i] ?? -1, rank: 0, wanted: 0 }))
    .sort((a, b) => b.score - a.score)
    .map((row, i) => ({ ...row, rank: i + 1, wanted: byLabel.indexOf(row.label) + 1 }));
}

/** Whether the labels are an order (a teacher's) rather than relevant against not. */
export function isOrder(labels: readonly number[]): boolean {
  // A teacher's scores are hardly ever whole numbers.
  if (labels.some((label) => !Number.isInteger(label))) return true;
  return new Set(labels.filter((label) => label > 0)).size > 2;
}

/** One sentence on how the list stands. */
export function inWords(rows: readonly BatchRow[]): string {
  const labels = rows.map((row) => row.label);
  if (isOrder(labels)) {
    let right = 0;
    let pairs = 0;
    for (const a of rows) {
      for (const b of rows) {
        if (a.label <= b.label) continue;
        pairs++;
        if (a.score > b.score) right++;
      }
    }
    return `${Math.round((100 * right) / Math.max(1, pairs))}% of the pairs are in the teacher’s order`;
  }
  const relevant = rows.filter((row) => row.label > 0);
  if (relevant.length === 0) return 'No document of this list is relevant';
  const ranks = relevant.map((row) => row.rank).join(', ');
  return `${relevant.length === 1 ? 'The relevant document is' : 'The relevant documents are'} at rank ${ranks} of ${rows.length}`;
}
