import type { Message } from './prompt';

/** ASCII characters of a token, on average: what OpenAI says of English text. */
const ASCII_PER_TOKEN = 4;
/** Letters of other scripts seldom share a token. */
const OTHERS_PER_TOKEN = 1.2;
/** Role and marks around a message, as OpenAI's cookbook counts them. */
const AROUND_MESSAGE = 4;
/** `[12] > `: bracket, number, bracket, sign. */
const TOKENS_A_PLACE = 4;

/** About how many tokens a text has. Each model cuts text its own way: good for a price, not for a limit. */
export function estimateTokens(text: string): number {
  let ascii = 0;
  let others = 0;
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 128) ascii++;
    else others++;
  }
  return Math.ceil(ascii / ASCII_PER_TOKEN + others / OTHERS_PER_TOKEN);
}

/** About how many tokens a prompt has. */
export function estimatePrompt(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + estimateTokens(content) + AROUND_MESSAGE, AROUND_MESSAGE);
}

/** About how many tokens an order of `passages` has, without any thinking aloud. */
export function estimateAnswer(passages: number): number {
  return passages * TOKENS_A_PLACE;
}

/** No prompt has more tokens than this: byte-level vocabularies have each byte as a token. */
export function mostPromptTokens(messages: readonly Message[]): number {
  const utf8 = new TextEncoder();
  return messages.reduce((sum, { content }) => sum + utf8.encode(content).length + 4 * AROUND_MESSAGE, 0);
}
