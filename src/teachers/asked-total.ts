import { addUsage, NO_USAGE, type Usage } from './list-wise/cost';
import type { Asked, TaughtList } from './teacher';

/** What was asked of an endpoint for all lists together. */
export interface AskedTotal {
  answers: number;
  usage: Usage;
  /** Some answers did not say what they cost. */
  estimated: boolean;
  mended: number;
  empty: number;
}

const NOTHING: AskedTotal = { answers: 0, usage: NO_USAGE, estimated: false, mended: 0, empty: 0 };

/** The total with what a list has more than it had `before`. Undefined as long as no endpoint was asked. */
export function withAsked(total: AskedTotal | undefined, asked?: Asked, before?: Asked): AskedTotal | undefined {
  if (!asked) return total;
  const { answers, usage, estimated, mended, empty } = total ?? NOTHING;
  const { promptTokens = 0, answerTokens = 0 } = before?.usage ?? {};
  return {
    answers: answers + asked.windows - (before?.windows ?? 0),
    usage: addUsage(addUsage(usage, asked.usage), { promptTokens: -promptTokens, answerTokens: -answerTokens }),
    estimated: estimated || asked.estimated,
    mended: mended + asked.mended - (before?.mended ?? 0),
    empty: empty + asked.empty - (before?.empty ?? 0),
  };
}

/** The sum over lists. */
export function totalOf(lists: Iterable<TaughtList>): AskedTotal | undefined {
  let total: AskedTotal | undefined;
  for (const { asked } of lists) total = withAsked(total, asked);
  return total;
}
