import { JUDGED_ONLY, REL, REQUIRED_CUTOFF, defineMeasure } from '../measure';
import { countRetrieved } from '../relevance';

/** Whether the first k have a relevant document (trec_eval `success`); some papers call it recall at k. */
export const success = defineMeasure({
  name: 'Success',
  meaning: '1 if a relevant document is among the first k, else 0.',
  citation: 'trec_eval 9, m_success.c',
  parameters: { rel: REL, judged_only: JUDGED_ONLY, cutoff: REQUIRED_CUTOFF },
  aggregate: 'mean',
  compute: (ranking, { rel, cutoff }) => (countRetrieved(ranking, rel, cutoff) > 0 ? 1 : 0),
});
