import { expect, test } from 'vitest';
import { markdownBlocks } from '../../../src/ui/results/markdown';

test('headings, paragraphs, lists, tables and code', () => {
  const text = [
    '# Title',
    '',
    'A **bold** line',
    'that goes on.',
    '',
    '- one',
    '- `two`',
    '',
    '| a | b |',
    '|---|--:|',
    '| x | 1 |',
    '| y | 2 |',
    'After.',
    '```yaml',
    '# no heading',
    '- no list',
    '```',
    'End.',
  ].join('\n');
  expect(markdownBlocks(text)).toEqual([
    { type: 'heading', level: 1, text: 'Title' },
    { type: 'paragraph', text: 'A bold line that goes on.' },
    { type: 'list', items: ['one', 'two'] },
    {
      type: 'table',
      head: ['a', 'b'],
      rows: [
        ['x', '1'],
        ['y', '2'],
      ],
    },
    { type: 'paragraph', text: 'After.' },
    { type: 'code', text: '# no heading\n- no list' },
    { type: 'paragraph', text: 'End.' },
  ]);
});

test('a fence without an end takes the rest', () => {
  expect(markdownBlocks('```\nx\ny')).toEqual([{ type: 'code', text: 'x\ny' }]);
});
