/** Models of the hub that are worth a button. Sizes are rounded and said as "about": the hub's own are asked for before a download. */

export interface WellKnownModel {
  /** As it is written in recipes. */
  id: string;
  label: string;
  /** What it is good for, in a sentence. */
  what: string;
  /** Whether it ranks as it comes, or must be fine-tuned first. */
  kind: 'encoder' | 're-ranker';
  family: 'bert' | 'electra' | 'roberta';
  parameters: number;
  /** Of its weights. */
  bytes: number;
  licence: string;
}

export const WELL_KNOWN_MODELS: readonly WellKnownModel[] = [
  {
    id: 'sentence-transformers/all-MiniLM-L6-v2',
    label: 'MiniLM',
    what: 'Six layers, quick to train even on a laptop. The recipes for BERT start from it.',
    kind: 'encoder',
    family: 'bert',
    parameters: 22.7e6,
    bytes: 91e6,
    licence: 'apache-2.0',
  },
  {
    id: 'google/electra-base-discriminator',
    label: 'ELECTRA base',
    what: 'The study’s strongest start: trained to tell real words from plausible ones.',
    kind: 'encoder',
    family: 'electra',
    parameters: 109e6,
    bytes: 440e6,
    licence: 'apache-2.0',
  },
  {
    id: 'FacebookAI/roberta-base',
    label: 'RoBERTa base',
    what: 'Twelve layers and byte-level words; the study’s third family.',
    kind: 'encoder',
    family: 'roberta',
    parameters: 125e6,
    bytes: 499e6,
    licence: 'mit',
  },
  {
    id: 'cross-encoder/ms-marco-MiniLM-L6-v2',
    label: 'MS MARCO MiniLM',
    what: 'A ready-made re-ranker for web questions: search with it, compare with it, or tune it on.',
    kind: 're-ranker',
    family: 'bert',
    parameters: 22.7e6,
    bytes: 91e6,
    licence: 'apache-2.0',
  },
  {
    id: 'cross-encoder/ms-marco-TinyBERT-L2-v2',
    label: 'MS MARCO TinyBERT',
    what: 'Two layers: the quickest re-ranker that is of use, for machines without a GPU.',
    kind: 're-ranker',
    family: 'bert',
    parameters: 4.4e6,
    bytes: 18e6,
    licence: 'apache-2.0',
  },
  {
    id: 'cross-encoder/ms-marco-electra-base',
    label: 'MS MARCO ELECTRA',
    what: 'A large ready-made re-ranker, to see how far a model of the study’s size goes.',
    kind: 're-ranker',
    family: 'electra',
    parameters: 109e6,
    bytes: 438e6,
    licence: 'apache-2.0',
  },
];

export const wellKnown = (id: string): WellKnownModel | undefined => WELL_KNOWN_MODELS.find((model) => model.id === id);
