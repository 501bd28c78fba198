/** What stands in a chat completion's JSON, as OpenAI and those compatible with it write it. */
import type { Usage } from '../list-wise/cost';

export interface ChatAnswer {
  text: string;
  /** What the endpoint says it charges for; undefined where it says nothing. */
  usage?: Usage;
  /** It ended at the limit of tokens. */
  cut: boolean;
}

/** An error as endpoints write it into a body. */
export interface BodyError {
  message: string;
  /** `insufficient_quota`, `unsupported_parameter`, or an HTTP status. */
  code?: string | number;
  /** The parameter that it is about. */
  param?: string;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** The error of a body: `{error: {message, code, param}}`, `{error: "…"}`, `{message}` or `{detail}`. */
export function readBodyError(body: unknown): BodyError | undefined {
  if (!isObject(body)) return undefined;
  const error = body['error'] ?? body['message'] ?? body['detail'];
  if (typeof error === 'string') return { message: error };
  if (!isObject(error)) return undefined;
  const { message, code, type, param } = error;
  const known = code ?? type;
  return {
    message: typeof message === 'string' ? message : JSON.stringify(error),
    ...(typeof known === 'string' || typeof known === 'number' ? { code: known } : {}),
    ...(typeof param === 'string' ? { param } : {}),
  };
}

/** The first choice of a chat completion; undefined if the body is none. */
export function readChatAnswer(body: unknown): ChatAnswer | undefined {
  const choices = isObject(body) ? body['choices'] : undefined;
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message = isObject(choice) ? choice['message'] : undefined;
  if (!isObject(choice) || !isObject(message)) return undefined;
  const usage = readUsage((body as Json)['usage']);
  return { text: textOf(message['content']), cut: choice['finish_reason'] === 'length', ...(usage ? { usage } : {}) };
}

/** A text, or the texts of a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

function readUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const [promptTokens, answerTokens] = [usage['prompt_tokens'], usage['completion_tokens']];
  if (typeof promptTokens !== 'number' || typeof answerTokens !== 'number') return undefined;
  return { promptTokens, answerTokens };
}
