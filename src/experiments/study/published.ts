/**
 * The study that can be reproduced here, as data: the rows and columns of its table, and what was published of it. The recipes of
 * `configs/experiments` repeat the values beside their own systems (`expected`); a test holds the two together.
 */
import type { Checkpoint } from '../../storage/entries';

export type Family = Checkpoint['family'];

export interface StudyModel {
  family: Family;
  label: string;
  /** On the hub. */
  base: string;
}

export const STUDY_MODELS: readonly StudyModel[] = [
  { family: 'bert', label: 'MiniLM', base: 'sentence-transformers/all-MiniLM-L6-v2' },
  { family: 'electra', label: 'ELECTRA', base: 'google/electra-base-discriminator' },
  { family: 'roberta', label: 'RoBERTa', base: 'FacebookAI/roberta-base' },
];

/** What a model learnt from, in order: labels (CL), a teacher's lists (KD). */
export const STUDY_OBJECTIVES = ['CL', 'KD', 'CL→KD', 'KD→CL'] as const;

export interface StudyTestSet {
  /** As the study's recipes call it. */
  name: string;
  label: string;
  /** The measure that its column shows. */
  measure: string;
}

export const STUDY_TEST_SETS: readonly StudyTestSet[] = [
  { name: 'dl19', label: 'DL 2019', measure: 'nDCG@10' },
  { name: 'dl20', label: 'DL 2020', measure: 'nDCG@10' },
  { name: 'dlhard', label: 'DL-Hard', measure: 'nDCG@10' },
  { name: 'devsmall', label: 'Dev small', measure: 'RR@10' },
  { name: 'climate-fever', label: 'Climate-FEVER', measure: 'nDCG@10' },
  { name: 'dbpedia', label: 'DBpedia', measure: 'nDCG@10' },
  { name: 'nq', label: 'NQ', measure: 'nDCG@10' },
  { name: 'quora', label: 'Quora', measure: 'nDCG@10' },
  { name: 'scidocs', label: 'SciDocs', measure: 'nDCG@10' },
  { name: 'trec-covid', label: 'TREC-COVID', measure: 'nDCG@10' },
  { name: 'arguana', label: 'ArguAna', measure: 'nDCG@10' },
];

type ByTestSet = Readonly<Record<string, number>>;

const onMsMarco = (dl19: number, dl20: number, dlhard: number, devsmall: number): ByTestSet => ({
  dl19,
  dl20,
  dlhard,
  devsmall,
});

/** BM25, whose first 100 are re-ranked. */
export const PUBLISHED_FIRST_STAGE: ByTestSet = onMsMarco(0.5121, 0.4769, 0.2886, 0.1855);

/** Family → objectives → test set → the column's measure. Of MiniLM nothing was published. */
export const PUBLISHED: Readonly<Partial<Record<Family, Readonly<Record<string, ByTestSet>>>>> = {
  electra: {
    CL: onMsMarco(0.7236, 0.6759, 0.3829, 0.3709),
    KD: onMsMarco(0.6691, 0.6147, 0.3557, 0.2656),
    'CL→KD': onMsMarco(0.7234, 0.6775, 0.3858, 0.3708),
    'KD→CL': onMsMarco(0.7304, 0.6822, 0.3841, 0.3712),
  },
  roberta: {
    CL: onMsMarco(0.7356, 0.672, 0.4058, 0.368),
    KD: onMsMarco(0.6558, 0.6029, 0.3652, 0.2705),
    'CL→KD': onMsMarco(0.7348, 0.6752, 0.4051, 0.3679),
    'KD→CL': onMsMarco(0.7323, 0.6687, 0.3912, 0.3693),
  },
};
