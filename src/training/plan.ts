/**
 * How a batch is worked off in pieces that fit in memory.
 *
 *   lists     │ a a a a │ b b │ c c c │ d d d d d d d d │         letters: sequences
 *   groups    │ ──────────── whole lists ── │ ─────────────── │   a loss over lists adds up over groups
 *   pieces    │ ─────────────────────────── │ ────── │ ────── │   a group that does not fit is cut: two passes
 */
export interface Group {
  /** First list and one past the last. */
  lists: [from: number, to: number];
  /** First sequence and one past the last, of each piece. One piece: a single pass is enough. */
  pieces: [from: number, to: number][];
}

/** Whether so many tokens in so many sequences can be worked off at once. */
export type Fits = (tokens: number, sequences: number) => boolean;

/**
 * Groups whole lists while they fit together, and cuts a list that does not fit alone into pieces. A sequence that does not fit
 * alone is a piece all the same.
 *
 * @param lists tokens of each sequence, by list
 */
export function planGroups(lists: readonly (readonly number[])[], fits: Fits): Group[] {
  const groups: Group[] = [];
  const open = { tokens: 0, sequences: 0 };
  let first = 0;
  lists.forEach((lengths, list) => {
    const [from, to] = [first, first + lengths.length];
    first = to;
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    const group = groups.at(-1);
    if (group?.pieces.length === 1 && fits(open.tokens + tokens, open.sequences + lengths.length)) {
      group.lists[1] = list + 1;
      group.pieces[0]![1] = to;
      open.tokens += tokens;
      open.sequences += lengths.length;
      return;
    }
    const pieces = cut(lengths, fits).map(([a, b]): [number, number] => [from + a, from + b]);
    groups.push({ lists: [list, list + 1], pieces });
    Object.assign(open, { tokens, sequences: lengths.length });
  });
  return groups;
}

function cut(lengths: readonly number[], fits: Fits): [number, number][] {
  const pieces: [number, number][] = [];
  let tokens = 0;
  lengths.forEach((length, i) => {
    const piece = pieces.at(-1);
    if (piece && fits(tokens + length, i + 1 - piece[0])) {
      piece[1] = i + 1;
      tokens += length;
    } else {
      pieces.push([i, i + 1]);
      tokens = length;
    }
  });
  return pieces;
}
