import * as tf from '@tensorflow/tfjs';
import { textsInMemory } from '../reranking/texts-in-memory';
import { readConfig } from '../../src/models/config';
import { CrossEncoder } from '../../src/models/cross-encoder';
import { parameterLayouts } from '../../src/models/layout';
import type { Precision } from '../../src/kernels/precision';
import { normals } from '../../src/kernels/random';
import { pairEncoder } from '../../src/text/pair-encoder';
import { loadTokenizer } from '../../src/text/tokenizer';
import tokenizers from '../goldens/tokenizer.json';

/** A two-layer BERT, 16 wide, with seeded weights: large enough to learn, small enough for every test. */
const CONFIG = {
  model_type: 'bert',
  vocab_size: 200,
  hidden_size: 16,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 64,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  hidden_act: 'gelu',
  pad_token_id: 0,
};

export async function tinyModel(
  options: { dropout?: number; seed?: number; precision?: Precision } = {},
): Promise<CrossEncoder> {
  const { dropout = 0, seed = 7, precision = 'f32' } = options;
  const config = readConfig(CONFIG);
  async function* weights() {
    let place = 0;
    for (const { parts } of parameterLayouts(config)) {
      for (const { name, shape } of parts) {
        const values = normals(tf.util.sizeFromShape(shape), 0.2, seed + place++);
        if (name.endsWith('LayerNorm.weight')) values.forEach((value, i) => (values[i] = 1 + value));
        yield { name, shape, values };
      }
    }
  }
  return CrossEncoder.load(config, weights(), { headSeed: seed, freezePositionEmbeddings: true, dropout, precision });
}

export const encodePair = pairEncoder(loadTokenizer({ 'tokenizer.json': JSON.stringify(tokenizers.bert.tokenizer) }), {
  maxLength: 48,
  tokenTypes: true,
  truncation: 'longest_first',
});

/** Twelve queries about an animal or a thing each, and sixty passages that name one or two of them. */
const THINGS = [
  'otter',
  'river',
  'café',
  'paw',
  'valley',
  'query',
  'passage',
  'score',
  'stage',
  'visitor',
  'back',
  'owner',
];
const queryTexts = new Map(THINGS.map((thing, i) => [`q${i}`, `how long does an ${thing} live`]));
const documentTexts = new Map(
  Array.from({ length: 60 }, (_, i) => [
    `d${i}`,
    `the ${THINGS[i % 12]} reads the ${THINGS[(i * 7 + 5) % 12]} ${'and it sleeps '.repeat(i % 4)}before ${i}`,
  ]),
);

export const tinyTexts = {
  queries: textsInMemory(queryTexts, 'queries'),
  documents: textsInMemory(documentTexts, 'documents'),
  encode: encodePair,
};

/** Document i is relevant to query i mod 12. Ranked by number, from the query's own on. */
export const tinyRun = new Map(
  [...queryTexts.keys()].map((query, q) => [
    query,
    Array.from({ length: 20 }, (_, i) => ({ document: `d${(q + i) % 60}`, rank: i + 1, score: 20 - i })),
  ]),
);
export const tinyQrels = new Map(
  [...queryTexts.keys()].map((query, q) => [query, new Map([q, q + 12].map((i) => [`d${i}`, 1]))]),
);
