/** What became of a document, in words. */
import type { SamplingOptions } from '../../../recipes/recipe';
import type { ExplainedDocument, ExplainedList } from '../../../training/explain-list';
import { count, counted } from '../../words/numbers';

type PlannedDraw = ExplainedList['draws'][number];

/** `the first 7 of 45 non-relevant ones by rank`, `1 of 3 relevant ones at random`. */
export function drawInWords({ as, by, count: wanted, from }: PlannedDraw): string {
  const taken = Math.min(wanted, from);
  const one = as === 'any' ? 'passage' : `${as} one`;
  if (from === 0) return `no ${one}, as there is none`;
  if (taken === 0) return `none of ${counted(from, one)}`;
  if (taken === from) return from === 1 ? `the only ${one}` : `all ${counted(from, one)}`;
  return by === 'rank'
    ? `${first(taken)} of ${counted(from, one)} by rank`
    : `${count(taken)} of ${counted(from, one)} at random`;
}

/** One sentence on a list: what it was drawn from. */
export function listInWords({ documents, draws, list }: ExplainedList): string {
  const kept = documents.filter(({ outcome }) => outcome.type === 'filtered').length;
  const out = kept > 0 ? ` ${counted(kept, 'other is', 'others are')} kept out.` : '';
  if (!list) return `There is no list.${out}`;
  return `${counted(list.docs.length, 'passage')}: ${draws.map(drawInWords).join(' and ')}.${out}`;
}

/** Why a document is in the list or not: a few words, naming the option by its label. */
export function outcomeInWords(
  { outcome, rank }: ExplainedDocument,
  draws: readonly PlannedDraw[],
  options: SamplingOptions,
): string {
  const drawOf = (as: PlannedDraw['as']) => draws.find((draw) => draw.as === as)!;
  switch (outcome.type) {
    case 'filtered':
      if (outcome.rule === 'keepNonRetrieved') return 'kept out: not in the run (Keep non-retrieved)';
      if (outcome.rule === 'removeUnjudged') return 'kept out: nobody judged it (Judged only)';
      return rank === undefined
        ? 'kept out: it has no rank (Depth)'
        : `kept out: ranked below ${count(options.trainSampleDepth)} (Depth)`;
    case 'drawn':
      return `drawn${outcome.as === 'any' ? '' : ` as ${outcome.as}`}${drawnHow(drawOf(outcome.as))}`;
    case 'passed over':
      return `left${leftHow(drawOf(outcome.as))}`;
    case 'in no draw':
      return outcome.because === 'grade below −1'
        ? 'left: a grade below −1 is neither relevant nor non-relevant'
        : `left: relevant, but ranked below the list’s length of ${count(options.trainSampleSize)}`;
    case 'no list':
      return 'the query has no list';
  }
}

/** Beside what is in the list. */
function drawnHow({ by, count: wanted, from }: PlannedDraw): string {
  if (wanted >= from) return ', as all are';
  return by === 'rank' ? `, ${first(wanted)} of ${count(from)}` : `, ${count(wanted)} of ${count(from)} at random`;
}

/** Beside what is not. */
function leftHow({ by, count: wanted, from }: PlannedDraw): string {
  if (wanted === 0) return ': the list has no room for it';
  const drawn = by === 'rank' ? first(wanted) : count(wanted);
  return `: ${drawn} of these ${count(from)} ${wanted === 1 ? 'is' : 'are'} drawn${by === 'rank' ? '' : ' at random'}`;
}

const first = (wanted: number) => (wanted === 1 ? 'the first' : `the first ${count(wanted)}`);

/** Why a query has no list. */
export const DROPPED_WORDS: Record<string, string> = {
  'not in the judgements': 'the judgements do not have it',
  'not in the run': 'the run does not have it',
  'too few relevant documents': 'it has too few relevant passages (Fewest relevant)',
  'no documents to draw from': 'nothing is left to draw from',
};
