import { expect, it } from 'vitest';
import { money, readAmount, readWhole } from '../../../src/ui/teacher/money';

it('money has cents, and more digits where it is little', () => {
  expect([0, 12.5, 0.1, 0.0213, 0.00004].map(money)).toEqual(['0', '12.50', '0.10', '0.021', '0.000040']);
});

it('amounts are read with either decimal sign, and nothing else is one', () => {
  expect(['0', ' 0,15 ', '2.5', '', ' ', '-1', 'x', '1e400'].map(readAmount)).toEqual([
    ...[0, 0.15, 2.5],
    ...[undefined, undefined, undefined, undefined, undefined],
  ]);
  expect(['20', '1', '2.5', ''].map((text) => readWhole(text, 2))).toEqual([20, undefined, undefined, undefined]);
});
