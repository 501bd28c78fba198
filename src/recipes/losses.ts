/**
 * The losses that a recipe may name, in words: what each is after and which labels it wants. The form, the plan and the docs are made from
 * this table; `src/training/losses` computes them, and a name without a computation is a type error there.
 *
 * What a label of −1 (a document without a judgement) is depends on what a loss does with labels:
 *
 *   order         only which label is higher counts; −1 is below 0, as in the study
 *   differences   labels are numbers to be learnt, a teacher's scores say; −1 is a number too, one below 0
 *   relevance     what is not at least 0 counts as 0: an unjudged document is not relevant
 */
export interface LossWords {
  /** Goes on from "it learns …". */
  aim: string;
  labels: 'order' | 'differences' | 'relevance';
  /** The stage that it is usual for: CL on judgements, KD on a teacher. */
  objective: 'CL' | 'KD';
  paper: string;
}

export const LOSS_WORDS = {
  LocalizedContrastive: {
    aim: 'to tell the relevant passage of each list from the others',
    labels: 'order',
    objective: 'CL',
    paper: 'https://arxiv.org/abs/2101.08751',
  },
  RankNet: {
    aim: 'to put each pair of passages in the teacher’s order',
    labels: 'order',
    objective: 'KD',
    paper: 'https://icml.cc/Conferences/2005/proceedings/papers/012_LearningToRank_BurgesEtAl.pdf',
  },
  WeightedRankNet: {
    aim: 'to put each pair of passages in the teacher’s order, the first ranks most of all',
    labels: 'order',
    objective: 'KD',
    paper: 'https://arxiv.org/abs/2405.07920',
  },
  BinaryCrossEntropy: {
    aim: 'to say of each passage alone whether it is relevant',
    labels: 'relevance',
    objective: 'CL',
    paper: 'https://arxiv.org/abs/1901.04085',
  },
  MarginMSE: {
    aim: 'to score each pair of passages as far apart as the teacher does',
    labels: 'differences',
    objective: 'KD',
    paper: 'https://arxiv.org/abs/2010.02666',
  },
  KLDivergence: {
    aim: 'to spread the scores of a list as the teacher’s are spread',
    labels: 'differences',
    objective: 'KD',
    paper: 'https://arxiv.org/abs/1503.02531',
  },
  ListNet: {
    aim: 'to give each passage its chance of being first',
    labels: 'differences',
    objective: 'KD',
    paper: 'https://www.microsoft.com/en-us/research/wp-content/uploads/2016/02/tr-2007-40.pdf',
  },
  ListMLE: {
    aim: 'to make the order of the whole list likely',
    labels: 'order',
    objective: 'KD',
    paper: 'https://dl.acm.org/doi/10.1145/1390156.1390306',
  },
  PListMLE: {
    aim: 'to make the order of the whole list likely, each rank counting about twice the next',
    labels: 'order',
    objective: 'KD',
    paper: 'https://auai.org/uai2014/proceedings/individuals/164.pdf',
  },
  LambdaRank: {
    aim: 'to put each pair of passages in order, by how much nDCG it would gain',
    labels: 'relevance',
    objective: 'CL',
    paper: 'https://marc.najork.org/papers/cikm2018.pdf',
  },
} as const satisfies Record<string, LossWords>;

export type LossName = keyof typeof LOSS_WORDS;

export const LOSS_NAMES = Object.keys(LOSS_WORDS) as [LossName, ...LossName[]];
