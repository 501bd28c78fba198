/** Tokens that an endpoint charges for. */
export interface Usage {
  promptTokens: number;
  answerTokens: number;
}

/** Money for a million tokens, in the user's currency; 0 on a machine of their own. */
export interface Prices {
  promptPerMillion: number;
  answerPerMillion: number;
}

export const NO_USAGE: Usage = { promptTokens: 0, answerTokens: 0 };

/** What the tokens cost. */
export function costOf({ promptTokens, answerTokens }: Usage, { promptPerMillion, answerPerMillion }: Prices): number {
  return (promptTokens * promptPerMillion + answerTokens * answerPerMillion) / 1e6;
}

export function addUsage(a: Usage, b: Usage): Usage {
  return { promptTokens: a.promptTokens + b.promptTokens, answerTokens: a.answerTokens + b.answerTokens };
}
