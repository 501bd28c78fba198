/** What of a passage is shown where there is room for two lines: from where most of the query's words stand together. */
import type { TextRange } from '../../text/lucene/term-ranges';

/** About two lines. */
const CHARACTERS = 140;
/** Before the first word that is shown for its own sake. */
const LEAD = 30;

/** A stretch of a text, and whether it is a word of the query. */
export interface Part {
  text: string;
  marked: boolean;
}

/** A text from `from` on, cut where its marks begin and end. */
export function parts(text: string, ranges: readonly TextRange[], from = 0): Part[] {
  const all: Part[] = [];
  const add = (start: number, end: number, marked: boolean) => {
    if (start < end) all.push({ text: text.slice(start, end), marked });
  };
  let at = from;
  for (const { start, end } of ranges) {
    if (start < at) continue;
    add(at, start, false);
    add(start, end, true);
    at = end;
  }
  add(at, text.length, false);
  return all;
}

/** Where the excerpt of a text begins: 0, or the first letter of a word some way before the most marks within two lines. */
export function excerptStart(text: string, ranges: readonly TextRange[]): number {
  let best = 0;
  let most = 0;
  for (const [i, { start }] of ranges.entries()) {
    const last = ranges.findLastIndex(({ end }) => end <= Math.max(0, start - LEAD) + CHARACTERS);
    if (last - i + 1 > most) {
      most = last - i + 1;
      best = start;
    }
  }
  if (best <= CHARACTERS / 2) return 0;
  const space = text.indexOf(' ', best - LEAD);
  return space >= 0 && space < best ? space + 1 : best;
}
