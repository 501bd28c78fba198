import { expect, it } from 'vitest';
import { nearestName } from '../../src/formats/nearest-name';

it.each([
  ['trainSampelSize', 'trainSampleSize'],
  ['trainsamplesize', 'trainSampleSize'],
  ['lerningRate', 'learningRate'],
  ['seeds', 'seed'],
  ['colour', undefined],
])('for %s suggests %s', (found, expected) => {
  expect(nearestName(found, ['trainSampleSize', 'trainSampleDepth', 'learningRate', 'seed'])).toBe(expected);
});
