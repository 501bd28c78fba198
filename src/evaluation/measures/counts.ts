import { CUTOFF, REL, defineMeasure } from '../measure';
import { countRelevant, countRetrieved } from '../relevance';

const CITATION = 'trec_eval 9';

/** Queries that were measured (trec_eval `num_q`). */
export const numQueries = defineMeasure({
  name: 'NumQ',
  meaning: 'Number of queries.',
  citation: CITATION,
  parameters: {},
  aggregate: 'sum',
  compute: () => 1,
});

/** Retrieved documents, or with `rel` the relevant ones among them (trec_eval `num_ret`, `num_rel_ret`). */
export const numRetrieved = defineMeasure({
  name: 'NumRet',
  aliases: { NumRelRet: { rel: 1 } },
  meaning: 'Number of retrieved documents.',
  citation: CITATION,
  parameters: { rel: { ...CUTOFF, least: REL.least, meaning: 'count only those with at least this grade' } },
  aggregate: 'sum',
  compute: (ranking, { rel }) => (rel === undefined ? ranking.grades.length : countRetrieved(ranking, rel)),
});

/** Relevant documents, retrieved or not (trec_eval `num_rel`). */
export const numRelevant = defineMeasure({
  name: 'NumRel',
  meaning: 'Number of relevant documents in the judgements.',
  citation: CITATION,
  parameters: { rel: REL },
  aggregate: 'sum',
  compute: ({ judgements }, { rel }) => countRelevant(judgements, rel),
});
