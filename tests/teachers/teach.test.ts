import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AskedTotal } from '../../src/teachers/asked-total';
import { readBaseUrl } from '../../src/teachers/endpoint/base-url';
import { ChatClient } from '../../src/teachers/endpoint/chat-client';
import { Budget } from '../../src/teachers/list-wise/budget';
import { costOf } from '../../src/teachers/list-wise/cost';
import { estimateCost } from '../../src/teachers/list-wise/estimate';
import { ListWiseTeacher } from '../../src/teachers/list-wise/list-wise-teacher';
import type { OpenedTeacher } from '../../src/teachers/teacher';
import { ENDPOINT_DEFAULTS, type TeachRequest } from '../../src/teachers/request';
import { candidatesIn, teach, type TeachEvent } from '../../src/teachers/teach';
import { FakeClock, halting } from './fake-clock';
import { fakeEndpoint, type FakeEndpoint, type Spoil } from './fake-endpoint';
import { everythingIn, gradedLibrary } from './graded-library';

const KEY = 'sk-very-secret-0123456789';
const PRICES = { promptPerMillion: 1, answerPerMillion: 4 };
let endpoint: FakeEndpoint;
afterEach(() => endpoint.close());

async function teaching(queries: number, depth: number, spoil?: Spoil) {
  endpoint = await fakeEndpoint(spoil);
  const { library, right, ids } = await gradedLibrary(queries, depth);
  const clock = new FakeClock();
  const request: TeachRequest = {
    ...{ ...ids, depth, name: 'taught', scores: '1/rank' },
    teacher: { kind: 'endpoint', baseUrl: endpoint.url, model: 'judge-1', passageWords: 300, answerTokens: 200 },
  };
  const open = (limit?: number, lanes = 3) =>
    // eslint-disable-next-line require-yield -- an endpoint has nothing to load
    async function* (before: AskedTotal | undefined): AsyncGenerator<never, OpenedTeacher> {
      const base = readBaseUrl(endpoint.url);
      const chat = new ChatClient({ ...{ base, model: 'judge-1', key: KEY }, ...{ clock, answerTokens: 200 } });
      const budget = new Budget(PRICES, limit, before && costOf(before.usage, PRICES));
      const teacher = new ListWiseTeacher({ ...ENDPOINT_DEFAULTS, ...{ chat, budget, lanes }, answerTokens: 200 });
      return { teacher, close: async () => {} };
    };
  const run = async (
    options: {
      limit?: number;
      lanes?: number;
      changes?: Partial<TeachRequest>;
      heard?: (event: TeachEvent) => void;
      halt?: ReturnType<typeof halting>['halt'];
    } = {},
  ) => {
    const { limit, lanes, changes, heard, halt = halting().halt } = options;
    const events: TeachEvent[] = [];
    for await (const event of teach({
      library,
      request: { ...request, ...changes },
      open: open(limit, lanes),
      halt,
      clock,
    })) {
      events.push(event);
      heard?.(event);
    }
    return events;
  };
  const last = (events: TeachEvent[]) => events.at(-1)!;
  return { library, right, ids, request, run, last, clock };
}
const doneOf = (event: TeachEvent) => {
  if (event.type !== 'done') throw new Error(`expected done, found ${event.type}`);
  return event;
};

describe('lists of a language model', () => {
  it('become a run in its order, score 1/rank, with what was asked and what it cost', async () => {
    const { library, right, ids, run, last } = await teaching(5, 20);
    const events = await run();
    const { dataset, lists, left, asked } = doneOf(last(events));
    expect({ lists, left }).toEqual({ lists: 5, left: [] });
    expect(asked).toMatchObject({ answers: 5, mended: 0, empty: 0, estimated: false });
    expect(dataset).toMatchObject({ name: 'taught', madeFrom: { system: 'judge-1', collection: ids.collection } });
    const stored = await library.readRun(dataset.id);
    for (let q = 0; q < 5; q++) {
      expect(stored.get(`q${q}`)!.map(({ document }) => document)).toEqual(right(q));
      expect(stored.get(`q${q}`)!.map(({ rank, score }) => rank * score)).toEqual(Array(20).fill(1));
    }
    expect(events[0]).toMatchObject({ type: 'started', lists: 5, done: 0, dropped: [] });
    const steps = events.filter((event) => event.type === 'progress');
    expect(steps.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(steps[0]!.etaMs).toBe(Infinity);
  });

  it('of more passages than a window have the best ones of all at the front', async () => {
    const { library, right, run, last } = await teaching(2, 45);
    const { dataset, asked } = doneOf(last(await run()));
    expect(asked!.answers).toBe(2 * 4);
    const stored = await library.readRun(dataset.id);
    for (let q = 0; q < 2; q++) {
      const order = stored.get(`q${q}`)!.map(({ document }) => document);
      // One pass of windows with a step of 10 brings ten through; the rest is near its place.
      expect(order.slice(0, 10)).toEqual(right(q).slice(0, 10));
      expect(order.toSorted()).toEqual(right(q).toSorted());
    }
  });

  it('with bad answers are mended and counted; a list of empty answers is left out and named', async () => {
    const { library, run, last } = await teaching(4, 20, ({ body }) => {
      const prompt = body.messages.at(-1)!.content;
      return prompt.includes('(1)')
        ? '[3] > [1] > [3] > [77]'
        : prompt.includes('(2)')
          ? 'I cannot do that.'
          : undefined;
    });
    const { dataset, lists, left, asked } = doneOf(last(await run()));
    expect(asked).toMatchObject({ answers: 4, mended: 1, empty: 1 });
    expect(left).toEqual([{ query: 'q2', reason: 'its answers name no passage, the last is “I cannot do that.”' }]);
    expect(lists).toBe(3);
    const stored = await library.readRun(dataset.id);
    expect([...stored.keys()]).toEqual(['q0', 'q1', 'q3']);
    expect(
      stored
        .get('q1')!
        .slice(0, 4)
        .map(({ document }) => document),
    ).toEqual(['q1d2', 'q1d0', 'q1d1', 'q1d3']);
  });

  it('are given up when the model never answers with an order', async () => {
    const { run } = await teaching(30, 20, () => 'Let me think about this.');
    await expect(run({ lanes: 1 })).rejects.toThrow(/^the first 5 answers name no passage, the last is “Let me think/);
    expect(endpoint.charged()).toBe(5);
  });
});

describe('nothing is paid for twice', () => {
  it('after a stop: answers under way come in, and the rest is asked later', async () => {
    const { run, last, library, right } = await teaching(8, 30);
    const { halt, stop } = halting();
    const events = await run({
      halt,
      lanes: 2,
      heard: (event) => event.type === 'progress' && event.done === 3 && stop.abort(),
    });
    expect(last(events)).toMatchObject({ type: 'stopped', lists: { total: 8 } });
    const asked = endpoint.charged();
    expect(asked).toBeLessThan(8);
    const { dataset, asked: total } = doneOf(last(await run()));
    expect(endpoint.charged()).toBe(16);
    expect(total!.answers).toBe(16);
    expect((await library.readRun(dataset.id)).get('q7')![0]!.document).toBe(right(7)[0]);
    expect(await library.teachings()).toMatchObject([{ done: 8, total: 8, run: dataset.id }]);
  });

  it('after an error: what others had under way is kept, and the entry says why', async () => {
    const { run, last, library } = await teaching(6, 30, ({ number }) =>
      number === 4 ? { status: 401, body: { error: { message: 'key revoked' } } } : undefined,
    );
    await expect(run()).rejects.toThrow(/401 \(key revoked\)/);
    const paid = endpoint.charged();
    expect(await library.teachings()).toMatchObject([{ error: expect.stringContaining('key revoked') }]);
    endpoint.spoil(() => undefined);
    doneOf(last(await run()));
    expect(endpoint.charged()).toBe(12);
    expect(paid).toBeGreaterThan(3);
    expect((await library.teachings())[0]!.error).toBeUndefined();
  });

  it('when all is there: the same run comes back, and under another name a new one', async () => {
    const { run, last, library } = await teaching(3, 20);
    const first = doneOf(last(await run())).dataset.id;
    expect(doneOf(last(await run())).dataset.id).toBe(first);
    const other = doneOf(last(await run({ changes: { name: 'other' } }))).dataset;
    expect(other).toMatchObject({ name: 'other', count: 60 });
    expect(endpoint.charged()).toBe(3);
    await library.deleteTeaching((await library.teachings())[0]!.id);
    await run();
    expect(endpoint.charged()).toBe(6);
  });

  it('by two tabs at once', async () => {
    const { run } = await teaching(3, 20);
    let second: Promise<unknown> | undefined;
    await run({
      heard: (event) => event.type === 'started' && (second = run().catch((error: Error) => error.message)),
    });
    expect(await second).toMatch(/being made already, perhaps in another tab/);
    expect(endpoint.charged()).toBe(3);
  });
});

describe('the cost', () => {
  it('is about what was estimated', async () => {
    const { run, last, library, request } = await teaching(6, 30);
    const { lists } = await candidatesIn(library, request);
    const texts = [library.texts(request.queries), library.texts(request.collection)] as const;
    const { questions, usage, sample } = await estimateCost(lists, ...texts, 300);
    const { asked } = doneOf(last(await run()));
    expect({ questions, sample }).toEqual({ questions: asked!.answers, sample: 6 });
    // The fake endpoint counts five characters a token, the estimate four.
    expect(usage.promptTokens / asked!.usage.promptTokens).toBeGreaterThan(1.1);
    expect(usage.promptTokens / asked!.usage.promptTokens).toBeLessThan(1.5);
  });

  it('never passes the limit, and goes on where the limit is raised', async () => {
    const { run, last } = await teaching(12, 20);
    const limit = 0.004;
    await expect(run({ limit })).rejects.toThrow(/the limit of 0.004 is reached/);
    const spent = () =>
      costOf(
        endpoint.questions.reduce(
          (sum, { body }) => {
            const prompt = body.messages.at(-1)!.content;
            return {
              promptTokens: sum.promptTokens + Math.ceil(prompt.length / 5),
              answerTokens: sum.answerTokens + 50,
            };
          },
          { promptTokens: 0, answerTokens: 0 },
        ),
        PRICES,
      );
    expect(spent()).toBeLessThanOrEqual(limit);
    expect(spent()).toBeGreaterThan(limit / 2);
    await expect(run({ limit })).rejects.toThrow(/the limit/);
    expect(spent()).toBeLessThanOrEqual(limit);
    expect(doneOf(last(await run({ limit: 1 }))).asked!.answers).toBe(12);
    expect(endpoint.charged()).toBe(12);
  });
});

it('the key is neither stored nor logged, whatever happens', async () => {
  const logs = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
  const { run, library } = await teaching(4, 20, ({ number }) =>
    number === 1
      ? { status: 500, body: { error: { message: `who is ${KEY}?` } } }
      : number === 3
        ? { status: 401, body: { error: { message: `no ${KEY}` } } }
        : undefined,
  );
  const events: TeachEvent[] = [];
  await expect(run({ heard: (event) => events.push(event) })).rejects.toThrow('401 (no [key])');
  expect(endpoint.questions[0]!.headers.authorization).toBe(`Bearer ${KEY}`);
  const stored = await everythingIn(library.name);
  expect(stored).toContain('judge-1');
  expect(stored).toContain('no [key]');
  expect(stored).not.toContain(KEY);
  expect(JSON.stringify(events)).not.toContain(KEY);
  for (const log of logs) expect(JSON.stringify(log.mock.calls)).not.toContain(KEY);
  vi.restoreAllMocks();
});

describe('candidates', () => {
  it('of queries without text, or with nothing to put in order, are dropped and named', async () => {
    const { run, library, request, ids } = await teaching(2, 20);
    const ranking = await library.readRanking(ids.run, 'q0');
    const other = await library.writeRun(
      'other',
      new Map([
        ['q0', ranking],
        ['q1', ranking.slice(0, 1)],
        ['x', ranking],
      ]),
    );
    const [started] = await run({ changes: { run: other.id } });
    expect(started).toMatchObject({
      lists: 1,
      dropped: [
        { query: 'q1', reason: expect.stringContaining('at least 2') },
        { query: 'x', reason: expect.stringContaining('its text') },
      ],
    });
    const alien = await library.writeRun('alien', new Map([['x', ranking]]));
    await expect(candidatesIn(library, { ...request, run: alien.id })).rejects.toThrow(
      /do run and queries belong together/,
    );
  });
});
