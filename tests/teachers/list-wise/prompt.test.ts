import { expect, it } from 'vitest';
import { readBaseUrl } from '../../../src/teachers/endpoint/base-url';
import { cutPassage, orderPrompt } from '../../../src/teachers/list-wise/prompt';
import { estimatePrompt, estimateTokens, mostPromptTokens } from '../../../src/teachers/list-wise/tokens';

it('a prompt has the query, each passage under its number on one line, and an example of the form', () => {
  const passages = ['one\n two\tthree four', 'five'].map((text) => cutPassage(text, 3));
  expect(passages).toEqual(['one two three', 'five']);
  const messages = orderPrompt('why?', passages);
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
  const { content } = messages[1]!;
  expect(content).toContain('\n[1] one two three\n\n[2] five\n');
  expect(content).toContain('Query: why?');
  expect(content).toContain('[2] > [3] > [1]');
});

it('tokens are estimated below their bound', () => {
  const text = 'The Moon raises the tides of the ocean twice a day.';
  expect(estimateTokens(text)).toBe(13);
  expect(estimateTokens('月が潮を上げる')).toBe(6);
  const messages = orderPrompt(text, [text, '月が潮を上げる']);
  expect(estimatePrompt(messages)).toBeLessThan(mostPromptTokens(messages) / 3);
});

it.each([
  ['https://api.openai.com/v1/', 'https://api.openai.com/v1', 'api.openai.com', false, false],
  [' http://localhost:11434/v1/chat/completions ', 'http://localhost:11434/v1', 'localhost:11434', true, false],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', '127.0.0.1:8080', true, false],
  ['http://llm.example/v1', 'http://llm.example/v1', 'llm.example', false, true],
])('an address: %s', (typed, url, host, local, open) => {
  expect(readBaseUrl(typed)).toEqual({ url, host, local, open });
});

it.each([
  ['api.openai.com', /expected an address such as/],
  ['ftp://x.example', /expected https/],
  ['https://me:secret@x.example/v1', /the key has a field of its own/],
  ['https://x.example/v1?key=secret', /the key has a field of its own/],
])('no address: %s', (typed, message) => {
  expect(() => readBaseUrl(typed)).toThrow(message);
});
