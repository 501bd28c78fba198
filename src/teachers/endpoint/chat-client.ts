/** Asks an OpenAI-compatible endpoint: `POST …/chat/completions`, with the user's key in memory only. */
import { realClock, type Clock } from '../clock';
import type { Halt } from '../halt';
import type { Message } from '../list-wise/prompt';
import type { BaseUrl } from './base-url';
import { readBodyError, readChatAnswer, type BodyError, type ChatAnswer } from './chat-answer';
import { EndpointError, PassingError, retryAfter, withoutKey } from './endpoint-error';
import { retried, type Waiting } from './retried';

export interface ChatOptions {
  base: BaseUrl;
  /** The endpoint's name for the model. */
  model: string;
  /** Sent as a bearer token, kept nowhere else. */
  key?: string;
  /** Tokens after which an answer is cut. */
  answerTokens: number;
  clock?: Clock;
  fetch?: typeof fetch;
}

const ATTEMPTS = 8;
/** Before the first answer of all, an endpoint that does not answer is more likely wrong than busy. */
const FIRST_ATTEMPTS = 2;
/** A small machine may take minutes for twenty passages. */
const TIMEOUT_MS = 10 * 60_000;
const SHOWN_CHARACTERS = 300;

const isPassing = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500;

export class ChatClient {
  readonly #options: ChatOptions;
  readonly #clock: Clock;
  #reached = false;
  /** Settles with the first question: those that wait for it fail with it. */
  #first: Promise<void> | undefined;
  /** Newer models refuse parameters that older ones need: the body learns from the first refusal. */
  readonly #parameters: Map<string, number>;

  constructor(options: ChatOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#parameters = new Map([
      ['temperature', 0],
      ['max_tokens', options.answerTokens],
    ]);
  }

  /**
   * The model's answer to some messages. Yields before each pause between attempts. The first question goes alone: when the
   * address is wrong, one is enough to know it.
   * @throws EndpointError saying what to do; the signals' reason when aborted.
   */
  async *ask(messages: readonly Message[], halt: Halt): AsyncGenerator<Waiting, ChatAnswer, void> {
    while (this.#first) await this.#first;
    halt.stop.throwIfAborted();
    if (this.#reached) return yield* this.#retried(messages, halt);
    const first = settled();
    this.#first = first.promise;
    try {
      const answer = yield* this.#retried(messages, halt);
      first.resolve();
      return answer;
    } catch (thrown) {
      const unreached = !this.#reached && thrown instanceof PassingError;
      const error = unreached
        ? new EndpointError(notReached(this.#options.base), undefined, { cause: thrown })
        : thrown;
      first.reject(error);
      throw error;
    } finally {
      this.#first = undefined;
      first.resolve();
    }
  }

  #retried(messages: readonly Message[], halt: Halt): AsyncGenerator<Waiting, ChatAnswer, void> {
    const attempts = () => (this.#reached ? ATTEMPTS : FIRST_ATTEMPTS);
    return retried(() => this.#attempt(messages, halt.signal), attempts, this.#clock, halt.stop);
  }

  async #attempt(messages: readonly Message[], signal: AbortSignal): Promise<ChatAnswer> {
    const { host } = this.#options.base;
    for (;;) {
      const response = await this.#post(messages, signal);
      const text = await response.text().catch((cause: unknown) => {
        signal.throwIfAborted();
        throw new PassingError(`${host}: the answer broke off`, response.status, undefined, { cause });
      });
      this.#reached = true;
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch {
        body = undefined;
      }
      const answer = response.ok ? readChatAnswer(body) : undefined;
      if (answer) return answer;
      const error = readBodyError(body) ?? { message: text.trim() };
      if (response.status === 400 && this.#adapt(error)) continue;
      throw this.#refused(response, error);
    }
  }

  async #post(messages: readonly Message[], signal: AbortSignal): Promise<Response> {
    const { base, model, key, fetch: post = fetch } = this.#options;
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      return await post(`${base.url}/chat/completions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(key ? { Authorization: `Bearer ${key}` } : {}) },
        body: JSON.stringify({ model, messages, stream: false, ...Object.fromEntries(this.#parameters) }),
        signal: AbortSignal.any([signal, timeout]),
        // Texts and key go to the address that the user named, and to no other.
        redirect: 'error',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        cache: 'no-store',
      });
    } catch (cause) {
      signal.throwIfAborted();
      const minutes = TIMEOUT_MS / 60_000;
      const message = timeout.aborted
        ? `${base.host}: no answer within ${minutes} minutes`
        : `${base.host} could not be reached`;
      // The cause may quote the request.
      throw new PassingError(message, undefined, undefined, { cause: withoutKey(String(cause), key) });
    }
  }

  /** Leaves out, or renames, the parameter that an endpoint refuses. False if it is about something else. */
  #adapt({ message, param }: BodyError): boolean {
    const refused = [...this.#parameters.keys()].find((name) => param === name || (!param && message.includes(name)));
    if (refused === undefined) return false;
    this.#parameters.delete(refused);
    if (refused === 'max_tokens') this.#parameters.set('max_completion_tokens', this.#options.answerTokens);
    return true;
  }

  #refused(response: Response, { message, code }: BodyError): EndpointError {
    const { base, model, key } = this.#options;
    // Some proxies answer 200 with an error inside.
    const status = response.ok && typeof code === 'number' ? code : response.status;
    const said = withoutKey(message, key).replace(/\s+/g, ' ').slice(0, SHOWN_CHARACTERS);
    const where = `${base.host} answered ${status}${said ? ` (${said})` : ''}`;
    if (code === 'insufficient_quota')
      return new EndpointError(`${where}: the account's credit is used up; what is answered is kept`, status);
    if (isPassing(status))
      return new PassingError(where, status, retryAfter(response.headers.get('Retry-After'), this.#clock.now()));
    switch (status) {
      case 401:
      case 403:
        return new EndpointError(`${where}: check the key, and that it may use ${model}`, status);
      case 404:
        return new EndpointError(`${where}: check the address (it usually ends in /v1) and the model's name`, status);
      default:
        return response.ok
          ? new EndpointError(`${where}: that is no chat completion; is it an OpenAI-compatible endpoint?`, status)
          : new EndpointError(where, status);
    }
  }
}

/** A promise and the ways to settle it; a rejection that nobody waits for is no failure of its own. */
function settled() {
  let [resolve, reject] = [() => {}, (_: unknown) => {}];
  const promise = new Promise<void>((done, fail) => ([resolve, reject] = [done, fail]));
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** Why a browser may not reach an address: it does not tell a page which of these it was. */
function notReached({ host, local, url }: BaseUrl): string {
  const page = globalThis.location?.origin ?? 'this page';
  const mixed = url.startsWith('http:') && !local ? ' A page on https may not call an http address.' : '';
  return (
    `${host} could not be reached. Does the server run, at this address? It must also allow calls from ${page} (CORS): ` +
    `Ollama does when started with OLLAMA_ORIGINS=${page}, vLLM with --allowed-origins, llama.cpp always; a redirect is ` +
    `not followed.${mixed}`
  );
}
