import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamedArray } from '../src/formats/named-array';
import { openSafetensors } from '../src/formats/safetensors';
import { normals, derivedSeed, mix } from '../src/kernels/random';
import { readConfig, type ModelConfig } from '../src/models/config';
import { CrossEncoder } from '../src/models/cross-encoder';
import { parameterLayouts } from '../src/models/layout';
import type { LoraOptions } from '../src/models/lora-options';

/** The shape of sentence-transformers/all-MiniLM-L6-v2. */
const MINI_LM = {
  model_type: 'bert',
  vocab_size: 30522,
  hidden_size: 384,
  num_hidden_layers: 6,
  num_attention_heads: 12,
  intermediate_size: 1536,
  hidden_act: 'gelu',
  max_position_embeddings: 512,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
};

/** Of google-bert/bert-base-uncased, and but for words and positions of electra-base and roberta-base. */
const BASE = { ...MINI_LM, hidden_size: 768, num_hidden_layers: 12, intermediate_size: 3072 };

/** So small that thousands of steps take a minute. */
const TINY = {
  ...MINI_LM,
  vocab_size: 1000,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 64,
  max_position_embeddings: 64,
};

const SHAPES = { MiniLM: MINI_LM, base: BASE, tiny: TINY };

export type BenchShape = keyof typeof SHAPES;

/** Random weights for every tensor of a checkpoint: times do not depend on them. */
async function* randomArrays(config: ModelConfig): AsyncGenerator<NamedArray> {
  for (const [place, { parts }] of parameterLayouts(config).entries()) {
    for (const [part, { name, shape }] of parts.entries()) {
      const size = shape.reduce((product, n) => product * n, 1);
      if (name.endsWith('LayerNorm.weight')) yield { name, shape, values: new Float32Array(size).fill(1) };
      else yield { name, shape, values: normals(size, 0.04, derivedSeed(part, place)) };
    }
  }
}

/** The model of a bench: that of folder `directory` (config.json, model.safetensors), or a shape with random weights. */
export async function benchModel(
  directory: string | undefined,
  shape: BenchShape = 'MiniLM',
  { lora, dropout = 0 }: { lora?: LoraOptions | undefined; dropout?: number } = {},
): Promise<CrossEncoder> {
  const options = { headSeed: 1, freezePositionEmbeddings: true, dropout, ...(lora && { lora }) };
  if (!directory) {
    const config = readConfig(SHAPES[shape]);
    return CrossEncoder.load(config, randomArrays(config), options);
  }
  const config = readConfig(JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')));
  const weights = join(directory, 'model.safetensors');
  return CrossEncoder.load(config, await openSafetensors(weights, await openAsBlob(weights)), options);
}

/** Sequences of these lengths with random ids, a quarter of each as the query. */
export function randomPairs(lengths: readonly number[], vocabSize: number): { ids: number[]; types: number[] }[] {
  return lengths.map((length, sequence) => ({
    ids: Array.from({ length }, (_, i) => 1 + (mix(sequence * 1024 + i) % (vocabSize - 1))),
    types: Array.from({ length }, (_, i) => (i < length / 4 ? 0 : 1)),
  }));
}

/**
 * Lengths of 32 (query, passage) pairs as they are in nature: the 1/64, 3/64, … 63/64 quantiles of the tokens of TREC DL 2019
 * and 2020 queries with their BM25 top 100 of MS MARCO passages (WordPiece; mean 95), in an order mixed for good.
 */
export const NATURAL_LENGTHS: readonly number[] = [
  78, 161, 62, 105, 89, 43, 125, 72, 97, 149, 66, 84, 114, 56, 135, 76, 92, 186, 68, 109, 52, 81, 129, 64, 101, 74, 142,
  59, 86, 119, 70, 80,
];
