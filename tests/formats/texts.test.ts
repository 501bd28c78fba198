import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTexts } from '../../src/formats/texts';
import { encode, file, gather, streamOf } from './source';

const id = fc.stringMatching(/^[\w:<>./#-]{1,12}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((t) => t.replace(/[\t\r\n\ufeff]/g, ' '));
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
const joined = (title: string, text: string) => (title && text ? `${title} ${text}` : title + text);

describe('TSV texts', () => {
  it('come back as they were written, by any cut', async () => {
    const row = fc.record({ id, title: fc.option(text, { nil: undefined }), text });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 10 }), sizes, async (rows, sizes) => {
        const lines = rows.map(
          ({ id, title, text }) => [`${'i'}${id}`, ...(title === undefined ? [] : [title]), text].join('\t') + '\n',
        );
        const { records, errors } = await gather(
          parseTexts({ name: 'f', data: streamOf(encode(lines.join('')), sizes) }, 'tsv'),
        );
        expect(errors).toEqual([]);
        expect(records).toEqual(rows.map(({ id, title, text }) => ({ id: `i${id}`, text: joined(title ?? '', text) })));
      }),
    );
  });

  it('may be empty, and a title joins by one space', async () => {
    const { records } = await gather(
      parseTexts(file('f', '471\t\t\n995\t\n1\tA title\tThe text.\n2\t\tOnly text\n3\tOnly title\t\n'), 'tsv'),
    );
    expect(records).toEqual([
      { id: '471', text: '' },
      { id: '995', text: '' },
      { id: '1', text: 'A title The text.' },
      { id: '2', text: 'Only text' },
      { id: '3', text: 'Only title' },
    ]);
  });

  it('report bad lines by number and go on', async () => {
    const { records, lines, errors } = await gather(
      parseTexts(file('corpus.tsv', 'd1\tone\nno columns here\n\n\tno id\na b\tx\nd2\ta\tb\tc\td\nd3\tthree'), 'tsv'),
    );
    expect(records.map(({ id }) => id)).toEqual(['d1', 'd3']);
    expect(lines).toEqual([1, 7]);
    expect(errors).toEqual([
      {
        file: 'corpus.tsv',
        line: 2,
        reason: 'expected 2 or 3 columns separated by tabs, found 1',
        excerpt: 'no columns here',
      },
      { file: 'corpus.tsv', line: 4, reason: 'expected an id, found an empty one', excerpt: '\tno id' },
      { file: 'corpus.tsv', line: 5, reason: 'expected an id without white space, found "a b"', excerpt: 'a b\tx' },
      {
        file: 'corpus.tsv',
        line: 6,
        reason: 'expected 2 or 3 columns separated by tabs, found 5',
        excerpt: 'd2\ta\tb\tc\td',
      },
    ]);
  });

  it('pass over a header, and only in the first line', async () => {
    const { records } = await gather(parseTexts(file('f', 'id\ttext\n1\tone\nid\ttext\n'), 'tsv'));
    expect(records).toEqual([
      { id: '1', text: 'one' },
      { id: 'id', text: 'text' },
    ]);
  });

  it('have long lines cut to 80 characters in an error', async () => {
    const { errors } = await gather(parseTexts(file('f', 'x'.repeat(500)), 'tsv'));
    expect(errors[0]!.excerpt).toHaveLength(80);
  });
});

describe('JSONL texts', () => {
  it('come back as they were written, by any cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ _id: id, title: text, text }), { maxLength: 10 }),
        sizes,
        async (rows, sizes) => {
          const bytes = encode(rows.map((row) => JSON.stringify(row)).join('\r\n'));
          const { records, errors } = await gather(parseTexts({ name: 'f', data: streamOf(bytes, sizes) }, 'jsonl'));
          expect(errors).toEqual([]);
          expect(records).toEqual(rows.map(({ _id, title, text }) => ({ id: _id, text: joined(title, text) })));
        },
      ),
    );
  });

  it("are BEIR's or Anserini's, with ids that may be numbers", async () => {
    const lines = [
      '{"_id": "d1", "title": "T", "text": "x", "metadata": {}}',
      '{"id": 7, "contents": "y"}',
      '{"_id": "d3", "text": ""}',
    ];
    const { records } = await gather(parseTexts(file('f', lines.join('\n')), 'jsonl'));
    expect(records).toEqual([
      { id: 'd1', text: 'T x' },
      { id: '7', text: 'y' },
      { id: 'd3', text: '' },
    ]);
  });

  it('report what is wrong', async () => {
    const lines = [
      '{"_id": "d1"',
      '[1]',
      'null',
      '{"text": "x"}',
      '{"_id": "d", "body": "x"}',
      '{"_id": "d", "text": "x", "title": 3}',
    ];
    const { records, errors } = await gather(parseTexts(file('f', lines.join('\n')), 'jsonl'));
    expect(records).toEqual([]);
    expect(errors.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(errors[0]!.reason).toMatch(/^expected a JSON object, found broken JSON: /);
    expect(errors.slice(1).map(({ reason }) => reason)).toEqual([
      'expected a JSON object, found an array',
      'expected a JSON object, found null',
      'expected an id in "_id" or "id", found none',
      'expected a string in "text" or "contents", found none',
      'expected a string in "title", found number',
    ]);
  });
});
