import { afterEach, describe, expect, it } from 'vitest';
import { readBaseUrl } from '../../../src/teachers/endpoint/base-url';
import { ChatClient } from '../../../src/teachers/endpoint/chat-client';
import { EndpointError, PassingError, retryAfter } from '../../../src/teachers/endpoint/endpoint-error';
import type { Waiting } from '../../../src/teachers/endpoint/retried';
import { FakeClock, halting } from '../fake-clock';
import { fakeEndpoint, type FakeEndpoint, type Spoil } from '../fake-endpoint';

const KEY = 'sk-very-secret-0123456789';
const MESSAGES = [{ role: 'user' as const, content: '[1] grade 1\n[2] grade 2\n' }];
let endpoint: FakeEndpoint;
afterEach(() => endpoint.close());

async function client(spoil?: Spoil, options: { key?: string; url?: string; fetch?: typeof fetch } = {}) {
  endpoint = await fakeEndpoint(spoil);
  const clock = new FakeClock();
  const { url = endpoint.url, ...rest } = options;
  const chat = new ChatClient({ base: readBaseUrl(url), model: 'judge-1', answerTokens: 99, clock, ...rest });
  const ask = async (halt = halting().halt) => {
    const waited: Waiting[] = [];
    const asking = chat.ask(MESSAGES, halt);
    for (let step = await asking.next(); ; step = await asking.next()) {
      if (step.done) return { ...step.value, waited };
      waited.push(step.value);
    }
  };
  return { ask, clock };
}
const refused = (status: number, message = 'no', rest: object = {}) => ({
  status,
  body: { error: { message, ...rest } },
});
const times =
  (count: number, answer: ReturnType<Spoil>): Spoil =>
  ({ number }) =>
    number < count ? answer : undefined;

describe('a question', () => {
  it('is a chat completion with the key as a bearer token, and comes back with its price', async () => {
    const { ask } = await client(undefined, { key: KEY });
    expect(await ask()).toEqual({
      ...{ text: '[2] > [1]', cut: false, waited: [] },
      usage: { promptTokens: 5, answerTokens: 5 },
    });
    const [{ headers, body }] = endpoint.questions as [FakeEndpoint['questions'][0]];
    expect(headers.authorization).toBe(`Bearer ${KEY}`);
    expect(body).toEqual({ model: 'judge-1', messages: MESSAGES, stream: false, temperature: 0, max_tokens: 99 });
  });

  it('needs no key', async () => {
    const { ask } = await client();
    await ask();
    expect(endpoint.questions[0]!.headers.authorization).toBeUndefined();
  });

  it('leaves out what a model refuses, from then on', async () => {
    const { ask } = await client(({ body }) =>
      'temperature' in body
        ? refused(400, "Unsupported value: 'temperature' does not support 0 with this model.", { param: 'temperature' })
        : 'max_tokens' in body
          ? refused(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
          : undefined,
    );
    expect((await ask()).text).toBe('[2] > [1]');
    await ask();
    expect(endpoint.questions).toHaveLength(4);
    expect(endpoint.questions[3]!.body).toEqual({
      ...{ model: 'judge-1', messages: MESSAGES, stream: false },
      max_completion_tokens: 99,
    });
  });
});

describe('a failure that passes', () => {
  it('is tried again after 1, 2, 4 … seconds', async () => {
    const { ask, clock } = await client(({ number }) =>
      number < 4 ? refused([429, 500, 503, 529][number]!, 'busy') : undefined,
    );
    const { waited, text } = await ask();
    expect(text).toBe('[2] > [1]');
    expect(clock.slept).toEqual([1000, 2000, 4000, 8000]);
    expect(waited[0]).toEqual({ because: expect.stringMatching(/^127\.0\.0\.1:\d+ answered 429 \(busy\)$/), ms: 1000 });
  });

  it('waits as long as the server asks, in seconds or by a date', async () => {
    const { ask, clock } = await client(({ number }) =>
      number === 0
        ? { status: 429, headers: { 'Retry-After': '7' } }
        : number === 1
          ? { status: 503, headers: { 'Retry-After': new Date(clock.time + 30_000).toUTCString() } }
          : undefined,
    );
    await ask();
    expect(clock.slept).toEqual([7000, 30_000]);
  });

  it('ends after eight attempts, the longest pause being a minute', async () => {
    const { ask, clock } = await client(() => refused(500, 'broken'));
    await expect(ask()).rejects.toThrow(/answered 500 \(broken\)/);
    expect(endpoint.questions).toHaveLength(8);
    expect(clock.slept).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
  });

  it('is no reason to wait for hours', async () => {
    const { ask, clock } = await client(() => ({ status: 429, headers: { 'Retry-After': '7200' } }));
    await expect(ask()).rejects.toThrow(/it asks to come back in 120 minutes/);
    expect(clock.slept).toEqual([]);
  });

  it('inside of a 200 counts too', async () => {
    const { ask, clock } = await client(times(1, { status: 200, body: { error: { message: 'upstream', code: 502 } } }));
    await ask();
    expect(clock.slept).toEqual([1000]);
  });

  it('stops waiting when it is stopped', async () => {
    const { halt, stop } = halting();
    const { ask } = await client(() => {
      stop.abort(new Error('stopped by the user'));
      return refused(500);
    });
    await expect(ask(halt)).rejects.toThrow('stopped by the user');
    expect(endpoint.questions).toHaveLength(1);
  });
});

describe('what is wrong for good is an error at once', () => {
  it.each([
    [401, refused(401, 'bad key'), /answered 401 \(bad key\): check the key, and that it may use judge-1$/],
    [404, refused(404, 'no model'), /answered 404 \(no model\): check the address \(it usually ends in \/v1\)/],
    [400, refused(400, 'context too long'), /answered 400 \(context too long\)$/],
    [429, refused(429, 'You exceeded', { code: 'insufficient_quota' }), /credit is used up; what is answered is kept/],
    [200, { status: 200, body: { hello: 1 } }, /that is no chat completion; is it an OpenAI-compatible endpoint/],
  ])('%i', async (_status, answer, message) => {
    const { ask, clock } = await client(() => answer);
    const failing = ask();
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.toBeInstanceOf(EndpointError);
    await expect(failing).rejects.not.toBeInstanceOf(PassingError);
    expect(clock.slept).toEqual([]);
    expect(endpoint.questions).toHaveLength(1);
  });

  it('and never says the key, though the server repeats it', async () => {
    const { ask } = await client(() => refused(401, `Incorrect API key provided: ${KEY}.`), { key: KEY });
    const error = await ask().catch((thrown: Error) => thrown);
    expect(String(error)).toContain('Incorrect API key provided: [key].');
    expect(JSON.stringify([error, String((error as Error).cause), (error as Error).stack])).not.toContain(KEY);
  });
});

describe('a server that is not there', () => {
  it('is tried twice, by one question alone; then the error speaks of CORS', async () => {
    let calls = 0;
    const counted: typeof fetch = (...request) => (calls++, fetch(...request));
    const { ask, clock } = await client(undefined, { url: 'http://127.0.0.1:1/v1', fetch: counted });
    const both = await Promise.all([ask(), ask()].map((asking) => asking.catch((error: Error) => error.message)));
    for (const message of both)
      expect(message).toMatch(/^127\.0\.0\.1:1 could not be reached\. Does.*\(CORS\).*OLLAMA_ORIGINS=/);
    expect(clock.slept).toEqual([1000]);
    expect(calls).toBe(2);
  });

  it('after answers is waited for like a busy one', async () => {
    let calls = 0;
    const flaky: typeof fetch = (...request) =>
      ++calls % 4 === 1 ? fetch(...request) : Promise.reject(new TypeError('Failed to fetch'));
    const { ask, clock } = await client(undefined, { fetch: flaky });
    await ask();
    await ask();
    expect(clock.slept).toEqual([1000, 2000, 4000]);
  });

  it('is not followed to another address', async () => {
    const { ask } = await client(() => ({ status: 307, headers: { Location: 'http://127.0.0.1:1/elsewhere' } }));
    await expect(ask()).rejects.toThrow(/a redirect is not followed/);
  });
});

it('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(
    [null, '', '0', '1.5', 'soon', new Date(now - 1000).toUTCString()].map((header) => retryAfter(header, now)),
  ).toEqual([undefined, undefined, 0, 1500, undefined, 0]);
});
