/** What the kinds of data are called, and what each is for. */
import type { DatasetKind } from '../../storage/entries';

export const KINDS: Record<
  DatasetKind,
  { one: string; many: string; unit: string; units: string; meaning: string; formats: string }
> = {
  collection: {
    one: 'collection',
    many: 'Collections',
    unit: 'document',
    units: 'documents',
    meaning: 'The documents or passages to search.',
    formats: 'TSV “id ⇥ text” or “id ⇥ title ⇥ text”, JSONL as BEIR or Anserini write it; gzip of each',
  },
  queries: {
    one: 'queries',
    many: 'Queries',
    unit: 'query',
    units: 'queries',
    meaning: 'What people ask, one a line.',
    formats: 'TSV “id ⇥ text” or JSONL; gzip of each',
  },
  qrels: {
    one: 'judgements',
    many: 'Judgements',
    unit: 'judgement',
    units: 'judgements',
    meaning: 'Which document is relevant to which query: what training learns from and what measures compare with.',
    formats: 'TREC qrels (4 columns) or BEIR TSV (3 columns with a header)',
  },
  run: {
    one: 'run',
    many: 'Runs',
    unit: 'line',
    units: 'lines',
    meaning: 'A ranking for each query: a first stage to re-rank, a teacher’s lists to learn from, or a result.',
    formats: 'TREC run (6 columns)',
  },
};

export const KIND_ORDER: DatasetKind[] = ['collection', 'queries', 'qrels', 'run'];
