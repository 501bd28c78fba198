/**
 * The best documents of a segment for weighted terms, without looking at all postings, and yet with the very result of looking at all
 * of them: MaxScore (Turtle and Flood, Query evaluation: strategies and optimizations, 1995) with the block maxima of Ding and Suel
 * (Faster top-k document retrieval using block-max indexes, 2011), window by window as Lucene's BlockMaxMaxscoreBulkScorer.
 *
 *   window              4,096 documents. What a term can add in it at most is known from its blocks' largest saturations.
 *   terms by bound      a .1   b .4   c .9 │ d 2.1   e 3.0        threshold: the score of the worst document kept so far, 1.5
 *                       ── not essential ──  ─ essential ─        .1 + .4 + .9 ≤ 1.5: a document with a, b and c alone is no match
 *   all not essential   the window is passed over, its blocks stay packed
 *   few essential       only their documents are scored; those that can still get past the threshold look a, b, c up
 *   else                all postings of the window are added up: cheaper than to look much up
 *
 * A score is the sum of the terms' scores, float32 each, in a double, rounded to float32 at the end. Such sums are exact as long as
 * the smallest term's score is not below 2⁻²³ of the sum; so their order does not show.
 */
import { BLOCK } from './block-codec';
import { WINDOW, type PostingList } from './posting-list';
import { termScore } from './scoring';
import type { TopDocuments } from './top-documents';

/** Looking one document up costs as much as adding so many postings up. */
const LOOK_UP_COST = 16;
/** Bounds are sums of doubles in another order than the scores: a margin far above their rounding errors. */
const MARGIN = 1 + 2 ** -40;

/** A term of a query: what it weighs, and its postings. */
export interface WeightedList {
  /** boost · idf. */
  weight: number;
  list: PostingList;
}

/**
 * Offers the segment's best documents.
 * @param documents of the segment
 * @param first what the numbers of its documents count from in `top`
 */
export function searchSegment(
  terms: readonly WeightedList[],
  documents: number,
  first: number,
  top: TopDocuments,
): void {
  const cursors = terms.map(({ weight, list }) => new Cursor(list, weight));
  /** What the terms of the least bounds can add at most together, by their number. */
  const bounds = new Float64Array(cursors.length + 1);
  const windows = Math.ceil(documents / WINDOW);
  for (let window = 0; window < windows; window++) {
    for (const cursor of cursors) cursor.enter(window);
    sortByBound(cursors);
    let optional = 0;
    let sum = 0;
    for (let i = 0; i < cursors.length; i++) {
      const { bound } = cursors[i]!;
      sum += bound;
      bounds[i + 1] = sum === bound ? sum : sum * MARGIN;
      if (bounds[i + 1]! <= top.threshold) optional = i + 1;
    }
    if (optional === cursors.length) continue;
    if (!isWorthLookingUp(cursors, optional)) optional = 0;
    const limit = top.threshold - bounds[optional]!;
    let found = 0;
    for (let i = optional; i < cursors.length; i++) found = cursors[i]!.addScores(window, limit, found);
    sortCandidates(found);
    offer(found, window, first, cursors, optional, bounds, top);
    scores.fill(0);
  }
}

/** Scores of a window's documents so far, and those of them that got past the limit. */
const scores = new Float64Array(WINDOW);
const candidates = new Int32Array(WINDOW);

/** Offers the candidates, after the optional terms were looked up for those that need them. */
function offer(
  found: number,
  window: number,
  first: number,
  cursors: readonly Cursor[],
  optional: number,
  bounds: Float64Array,
  top: TopDocuments,
): void {
  let { threshold } = top;
  const from = window * WINDOW;
  for (let i = 0; i < found; i++) {
    const candidate = candidates[i]!;
    let score = scores[candidate]!;
    let term = optional;
    while (term > 0 && score + bounds[term]! > threshold) score += cursors[--term]!.scoreOf(from + candidate);
    if (term === 0) threshold = top.offer(first + from + candidate, Math.fround(score));
  }
}

/** In the order of the documents, as the best ones are to be offered. Insertion sort: each term's come in order, and mostly few. */
function sortCandidates(found: number): void {
  if (found > 64) {
    candidates.subarray(0, found).sort();
    return;
  }
  for (let i = 1; i < found; i++) {
    const candidate = candidates[i]!;
    let at = i;
    for (; at > 0 && candidates[at - 1]! > candidate; at--) candidates[at] = candidates[at - 1]!;
    candidates[at] = candidate;
  }
}

/** Insertion sort: from window to window little changes. */
function sortByBound(cursors: Cursor[]): void {
  for (let i = 1; i < cursors.length; i++) {
    const cursor = cursors[i]!;
    let at = i;
    for (; at > 0 && cursors[at - 1]!.bound > cursor.bound; at--) cursors[at] = cursors[at - 1]!;
    cursors[at] = cursor;
  }
}

function isWorthLookingUp(cursors: readonly Cursor[], optional: number): boolean {
  let lookedUp = 0;
  let addedUp = 0;
  for (let i = 0; i < cursors.length; i++) {
    const { documentFrequency } = cursors[i]!.list;
    if (i < optional) lookedUp += documentFrequency;
    else addedUp += documentFrequency;
  }
  return addedUp * LOOK_UP_COST < lookedUp;
}

/** A walk over a term's postings, window by window. */
class Cursor {
  /** What the term can add at most to a document of the window. */
  bound = 0;
  /** The first block, and a posting, that are not behind what was looked at. */
  private block = 0;
  private posting = 0;

  constructor(
    readonly list: PostingList,
    private readonly weight: number,
  ) {}

  enter(window: number): void {
    const largest = this.list.largestSaturations[window] ?? 0;
    this.bound = largest > 0 ? termScore(this.weight, largest) : 0;
    if (largest > 0) this.toBlock(this.list.firstBlocks[window]!);
  }

  private toBlock(block: number): void {
    this.block = block;
    this.posting = Math.max(this.posting, block * BLOCK);
  }

  /**
   * Adds the term's scores to those of the window's documents, and documents that thereby get past the limit to the candidates, of
   * which there are `found`. Returns how many there are then.
   */
  addScores(window: number, limit: number, found: number): number {
    if (this.bound === 0) return found;
    const { list, weight } = this;
    const { documents, saturations, lastDocuments } = list;
    const from = window * WINDOW;
    const to = from + WINDOW;
    // One block more than the window needs where it ends with a block: the walk stops at a document after the window.
    for (let block = this.block; block < lastDocuments.length; block++) {
      list.unpack(block);
      if (lastDocuments[block]! >= to) break;
    }
    let posting = this.posting;
    while (documents[posting]! < from) posting++;
    for (let document = documents[posting]!; document < to; document = documents[++posting]!) {
      const at = document - from;
      const before = scores[at]!;
      const after = before + termScore(weight, saturations[posting]!);
      scores[at] = after;
      if (after > limit && before <= limit) candidates[found++] = at;
    }
    this.posting = posting;
    return found;
  }

  /** The term's score of a document of the window, which comes after those that were asked for before; 0 where it lacks the term. */
  scoreOf(document: number): number {
    if (this.bound === 0) return 0;
    const { list } = this;
    const { documents, lastDocuments } = list;
    while (this.block < lastDocuments.length && lastDocuments[this.block]! < document) this.block++;
    if (this.block === lastDocuments.length) return 0;
    list.unpack(this.block);
    let low = Math.max(this.posting, this.block * BLOCK);
    let high = Math.min(list.documentFrequency, low - (low % BLOCK) + BLOCK);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (documents[middle]! < document) low = middle + 1;
      else high = middle;
    }
    this.posting = low;
    return documents[low] === document ? termScore(this.weight, list.saturations[low]!) : 0;
  }
}
