/** What is found in data sets, in words: what it is, and what it means for training and measuring. */
import type { FindingName } from '../../../experiments/data-health';

interface Words {
  /** After "12 of 300". */
  what: string;
  /** What it does, where it is so. */
  means: string;
  /** Stops an experiment, or is only good to know. */
  weight: 'stops' | 'matters' | 'usual';
}

export const FINDING_WORDS: Record<FindingName, Words> = {
  emptyDocuments: { what: 'documents are empty', means: 'They are never found, and teach nothing.', weight: 'matters' },
  repeatedDocuments: {
    what: 'documents repeat the text of an earlier one',
    means: 'One may be judged relevant and its double drawn as a negative.',
    weight: 'matters',
  },
  queriesWithoutText: {
    what: 'judged queries have no text',
    means: 'These judgements belong to other queries.',
    weight: 'matters',
  },
  queriesWithoutRelevant: {
    what: 'judged queries have no relevant document',
    means: 'Contrastive learning skips them, and most measures are 0 for them.',
    weight: 'matters',
  },
  judgedNotInCollection: {
    what: 'judged documents are not in the collection',
    means: 'They cannot be found or learnt from: is it the collection that was judged?',
    weight: 'matters',
  },
  rankedQueriesWithoutText: {
    what: 'queries of the run have no text',
    means: 'The run is of other queries.',
    weight: 'stops',
  },
  rankedNotInCollection: {
    what: 'documents of the run are not in the collection',
    means: 'They cannot be re-ranked: choose the collection that the run was made from.',
    weight: 'stops',
  },
  unjudgedInTop10: {
    what: 'places in the top 10 are not judged',
    means: 'They count as not relevant, in training and in measures; look at nDCG@10 with Judged@10 beside it.',
    weight: 'usual',
  },
  relevantNotRanked: {
    what: 'relevant documents are not in the run',
    means:
      'No re-ranker can lift what the first stage did not find: use a deeper run, or keepNonRetrieved in training.',
    weight: 'usual',
  },
};
