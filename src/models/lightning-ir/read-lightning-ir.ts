import type { WeightsFile } from '../../formats/weights-file';
import { FAMILIES, type Family } from '../families';
import { headFromLayers, headFromLinear } from './heads';
import { STUDIO_HEAD, STUDIO_MODEL_TYPE } from './studio-model';

/** Keys of Lightning IR's config.json that mean nothing outside of it. */
const OWN_KEYS = [
  'backbone_model_type', 'query_length', 'doc_length', 'pooling_strategy', 'linear_bias', 'scoring_strategy', 'tokenizer_pattern',
  'use_adapter', 'adapter_config', 'pretrained_adapter_name_or_path', '_bert_pool', 'key_mapping', 'save_step',
  'head_activation', 'head_input_dropout', 'freeze_position_embeddings',
]; // prettier-ignore

type Json = Record<string, unknown>;

/** How a checkpoint of Lightning IR reads as one of transformers' `…ForSequenceClassification`. */
export interface LightningCheckpoint {
  config: Json;
  /** The small files with config.json and tokenizer_config.json as transformers has them. */
  texts(files: Record<string, string>): Record<string, string>;
  weights(file: WeightsFile): WeightsFile;
}

/**
 * Recognises the config.json of a Lightning IR model (https://github.com/webis-de/lightning-ir, 0.0.6) by its `backbone_model_type`; undefined
 * for any other:
 *
 *   rerank-studio                    the model of an exported project
 *   mono                             first token → linear: ELECTRA's head can be made equal to it
 *   mono with its `bert_pool`        first token → dense → tanh → linear: the head of BERT and RoBERTa
 *
 * @throws Error naming the key when it is a model that this studio cannot run.
 */
export function readLightningIr(json: Json): LightningCheckpoint | undefined {
  if (typeof json['backbone_model_type'] !== 'string') return undefined;
  const family = familyOf(json);
  const kept = Object.entries(json).filter(([key]) => !OWN_KEYS.includes(key));
  const config = {
    ...Object.fromEntries(kept),
    model_type: family,
    architectures: [FAMILIES[family].architecture],
    id2label: { 0: 'LABEL_0' },
    label2id: { LABEL_0: 0 },
  };
  return {
    config,
    texts: (files) => ({
      ...files,
      'config.json': written(config),
      'tokenizer_config.json': written(tokenizerConfig(JSON.parse(files['tokenizer_config.json'] ?? '{}') as Json)),
    }),
    weights: headReader(json, family),
  };
}

const written = (json: Json) => `${JSON.stringify(json, null, 2)}\n`;

function tokenizerConfig({
  backbone_tokenizer_class: backbone,
  query_length: _q,
  doc_length: _d,
  scoring_strategy: _s,
  ...rest
}: Json): Json {
  return typeof backbone === 'string' ? { ...rest, tokenizer_class: backbone } : rest;
}

const reject = (json: Json, key: string, expected: string): never => {
  throw new Error(`config.json: ${key}: expected ${expected}, found ${JSON.stringify(json[key])}`);
};

function familyOf(json: Json): Family {
  const family = json['backbone_model_type'] as Family;
  return Object.hasOwn(FAMILIES, family)
    ? family
    : reject(json, 'backbone_model_type', `one of ${Object.keys(FAMILIES).join(', ')}`);
}

function headReader(json: Json, family: Family): LightningCheckpoint['weights'] {
  if (json['model_type'] === STUDIO_MODEL_TYPE) return (file) => headFromLayers(file, family, STUDIO_HEAD);
  if (json['model_type'] !== 'mono') reject(json, 'model_type', `a cross-encoder (mono, or ${STUDIO_MODEL_TYPE})`);
  if ((json['scoring_strategy'] ?? 'rank') !== 'rank') reject(json, 'scoring_strategy', '"rank": one score a pair');
  if ((json['pooling_strategy'] ?? 'first') !== 'first') reject(json, 'pooling_strategy', '"first" or "bert_pool"');
  const { headActivation } = FAMILIES[family];
  if (json['_bert_pool'] === true) {
    if (headActivation !== 'tanh')
      reject(json, '_bert_pool', `false: the head of ${family} has ${headActivation}, not tanh`);
    return (file) => headFromLayers(file, family, { dense: 'bert_pool.0', output: 'linear' });
  }
  if (headActivation !== 'gelu') {
    reject(json, '_bert_pool', `true: the head of ${family} has a dense layer and tanh before the linear one`);
  }
  return (file) => headFromLinear(file, family, 'linear');
}
