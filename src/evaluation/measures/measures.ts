/** All measures, in the order in which they are offered. */
import type { MeasureDefinition } from '../measure';
import { averagePrecision } from './average-precision';
import { bpref } from './bpref';
import { numQueries, numRelevant, numRetrieved } from './counts';
import { interpolatedPrecision } from './interpolated-precision';
import { judged, unjudged } from './judged';
import { ndcg } from './ndcg';
import { precision } from './precision';
import { rPrecision } from './r-precision';
import { recall } from './recall';
import { reciprocalRank } from './reciprocal-rank';
import { setPrecision, setRecall } from './sets';
import { success } from './success';

export const MEASURES: readonly MeasureDefinition[] = [
  ndcg,
  reciprocalRank,
  averagePrecision,
  precision,
  recall,
  success,
  rPrecision,
  bpref,
  interpolatedPrecision,
  judged,
  unjudged,
  setPrecision,
  setRecall,
  numQueries,
  numRetrieved,
  numRelevant,
];
