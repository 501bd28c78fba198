/**
 * An OpenAI-compatible server on this machine that puts passages in order by a rule: the number after "grade" in each
 * passage, highest first. Some answers it spoils, as the test says.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Question {
  headers: IncomingHttpHeaders;
  body: { model: string; messages: { role: string; content: string }[]; [parameter: string]: unknown };
  /** Number of the question, from 0. */
  number: number;
}

type Spoilt = string | { status: number; body?: unknown; headers?: Record<string, string> } | undefined;

/** What is answered instead of the order: a text, or a refusal. */
export type Spoil = (question: Question) => Spoilt | Promise<Spoilt>;

export interface FakeEndpoint {
  url: string;
  questions: Question[];
  /** Questions that got a chat completion: what an endpoint charges for. */
  charged: () => number;
  /** Changes what is spoilt from now on. */
  spoil(rule: Spoil): void;
  close(): Promise<void>;
}

/** The right order of a prompt's passages: `[3] > [1] > [2]`. */
export function rightOrder(prompt: string): string {
  const passages = [...prompt.matchAll(/^\[(\d+)\] .*?grade (\d+)/gm)].map(([, place, grade]) => ({ place, grade }));
  passages.sort((a, b) => Number(b.grade) - Number(a.grade));
  return passages.map(({ place }) => `[${place}]`).join(' > ');
}

export async function fakeEndpoint(spoil: Spoil = () => undefined): Promise<FakeEndpoint> {
  const questions: Question[] = [];
  let [charged, rule] = [0, spoil];
  const send = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  const server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', '*, Authorization');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', async () => {
      if (request.url !== '/v1/chat/completions') return send(response, 404, { error: { message: 'no such page' } });
      const body = JSON.parse(text) as Question['body'];
      const question = { headers: request.headers, body, number: questions.length };
      questions.push(question);
      const spoilt = await rule(question);
      if (typeof spoilt === 'object') return send(response, spoilt.status, spoilt.body ?? {}, spoilt.headers);
      charged++;
      const prompt = body.messages.at(-1)!.content;
      const content = spoilt ?? rightOrder(prompt);
      return send(response, 200, {
        choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: Math.ceil(prompt.length / 5), completion_tokens: Math.ceil(content.length / 2) },
      });
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    questions,
    charged: () => charged,
    spoil: (next) => void (rule = next),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
