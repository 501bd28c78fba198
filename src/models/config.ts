import { ACTIVATIONS, type ActivationName } from '../kernels/activation-names';
import { FAMILIES, type Family } from './families';

/** What a checkpoint's config.json says, in the studio's names. */
export interface ModelConfig {
  family: Family;
  vocabSize: number;
  hiddenSize: number;
  /** Columns of the embedding tables; ELECTRA's small models project from fewer than `hiddenSize`. */
  embeddingSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  /** Entries of the position table. */
  maxPositions: number;
  /** Entry of the position table that a sequence's first token takes. */
  firstPosition: number;
  typeVocabSize: number;
  layerNormEpsilon: number;
  padTokenId: number;
  activation: ActivationName;
  /** Probabilities, as trained with; used only when a seed is given. */
  dropout: DropoutProbabilities;
  /** The file as it was read, for saving. */
  json: Record<string, unknown>;
}

export interface DropoutProbabilities {
  hidden: number;
  attention: number;
  classifier: number;
}

const reject = (key: string, expected: string, found: unknown): never => {
  throw new Error(`config.json: ${key}: expected ${expected}, found ${JSON.stringify(found)}`);
};

/** A config's family: its `model_type`, or what its architecture's name begins with where an old one has none. @throws as readConfig. */
function familyOf({ model_type: type, architectures }: Record<string, unknown>): Family {
  const names = Object.keys(FAMILIES) as Family[];
  const [architecture] = Array.isArray(architectures) ? (architectures as unknown[]) : [];
  const word = type ?? /^(Bert|Electra|Roberta)[A-Z]/.exec(String(architecture))?.[1]?.toLowerCase();
  const family = names.find((name) => name === word);
  if (family) return family;
  throw new Error(
    `config.json: model_type: expected one of ${names.join(', ')}, found ${JSON.stringify(type ?? architecture)}: ` +
      'only encoders of these families are supported (MiniLM, TinyBERT and ELECTRA small are among them)',
  );
}

/**
 * Reads a Hugging Face config.json (parsed) of a BERT, ELECTRA or RoBERTa model. Throws an error that names the key where
 * one is missing or of a kind that the studio cannot run, and names the supported architectures for any other.
 */
export function readConfig(json: unknown): ModelConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Error('config.json: expected an object; choose the config.json of a Hugging Face model folder');
  }
  const raw = json as Record<string, unknown>;
  const family = familyOf(raw);
  const count = (key: string, fallback?: number): number => {
    const value = raw[key] ?? fallback;
    return Number.isInteger(value) && (value as number) > 0
      ? (value as number)
      : reject(key, 'a positive integer', value);
  };
  const probability = (key: string, fallback: number): number => {
    const value = raw[key] ?? fallback;
    return typeof value === 'number' && value >= 0 && value < 1
      ? value
      : reject(key, 'a probability of at least 0 and below 1', value);
  };

  const hiddenSize = count('hidden_size');
  const heads = count('num_attention_heads');
  if (hiddenSize % heads !== 0) reject('num_attention_heads', `a divisor of hidden_size ${hiddenSize}`, heads);
  const activation = raw.hidden_act as ActivationName;
  if (!ACTIVATIONS.includes(activation)) reject('hidden_act', `one of ${ACTIVATIONS.join(', ')}`, activation);
  const positions = raw.position_embedding_type ?? 'absolute';
  if (positions !== 'absolute') reject('position_embedding_type', '"absolute"', positions);
  const padTokenId = (raw.pad_token_id as number | undefined) ?? FAMILIES[family].padTokenId;
  const hidden = probability('hidden_dropout_prob', 0.1);

  return {
    family,
    vocabSize: count('vocab_size'),
    hiddenSize,
    embeddingSize: family === 'electra' ? count('embedding_size', hiddenSize) : hiddenSize,
    layers: count('num_hidden_layers'),
    heads,
    intermediateSize: count('intermediate_size'),
    maxPositions: count('max_position_embeddings'),
    firstPosition: FAMILIES[family].firstPosition(padTokenId),
    typeVocabSize: count('type_vocab_size'),
    layerNormEpsilon: typeof raw.layer_norm_eps === 'number' ? raw.layer_norm_eps : 1e-12,
    padTokenId,
    activation,
    dropout: {
      hidden,
      attention: probability('attention_probs_dropout_prob', 0.1),
      classifier: probability('classifier_dropout', hidden),
    },
    json: raw,
  };
}

/** The config.json to save beside a re-ranker's weights: as it was read, as a one-label sequence classifier. */
export function savedConfig(config: ModelConfig): Record<string, unknown> {
  return {
    ...config.json,
    architectures: [FAMILIES[config.family].architecture],
    id2label: { 0: 'LABEL_0' },
    label2id: { LABEL_0: 0 },
  };
}
