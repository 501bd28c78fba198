/** A query with the documents to score for it and their labels; −1 is a document without a judgement. */
export interface LabelledList {
  query: string;
  docs: string[];
  labels: number[];
}

/** The lists of one micro-step: their mean loss is one term of the accumulated gradient. */
export type Batch = LabelledList[];
