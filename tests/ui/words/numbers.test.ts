import { expect, test } from 'vitest';
import {
  bytes,
  count,
  counted,
  difference,
  measure,
  millions,
  percent,
  pValue,
  significance,
  significant,
} from '../../../src/ui/words/numbers';

test('counts with their nouns', () => {
  expect(count(8841823)).toBe('8,841,823');
  expect(counted(1, 'query', 'queries')).toBe('1 query');
  expect(counted(2003, 'query', 'queries')).toBe('2,003 queries');
  expect(counted(0, 'line')).toBe('0 lines');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [12_300, '12 kB'],
  [999_600, '1.0 MB'],
  [4_640_000, '4.6 MB'],
  [61e9, '61 GB'],
])('%d bytes are %s', (value, words) => expect(bytes(value)).toBe(words));

test.each([
  [4_386_307, '4.4 M'],
  [22_713_216, '22.7 M'],
  [109e6, '109 M'],
  [1.24e9, '1.2 B'],
])('%d numbers of a model are %s', (value, words) => expect(millions(value)).toBe(words));

test('measures and differences have a true minus, and no sign where they round to nothing', () => {
  expect(measure(0.51213)).toBe('0.512');
  expect(measure(-1.5, 2)).toBe('−1.50');
  expect(measure(NaN)).toBe('–');
  expect(difference(0.0312)).toBe('+0.031');
  expect(difference(-0.0312)).toBe('−0.031');
  expect(difference(-0.0002)).toBe('±0.000');
});

test('p-values and their marks', () => {
  expect(pValue(0.00004)).toBe('p < .001');
  expect(pValue(0.034)).toBe('p = .034');
  expect([0.2, 0.05, 0.049, 0.0099, null, undefined, NaN].map(significance)).toEqual(['', '', '*', '**', '', '', '']);
});

test('three significant digits, in powers of ten for the very small', () => {
  expect([1e-5, 6e-12, 2.5e-4, 0.0123, 4.6137, 1234, 0].map(significant)).toEqual([
    '1e-5',
    '6e-12',
    '2.5e-4',
    '0.0123',
    '4.61',
    '1230',
    '0',
  ]);
});

test('a share is not 100% before it is whole', () => {
  expect(percent(999, 1000)).toBe('99%');
  expect(percent(5, 0)).toBe('0%');
});
