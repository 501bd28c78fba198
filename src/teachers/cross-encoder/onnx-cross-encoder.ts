/**
 * A ready-made cross-encoder in ONNX format, run by the transformers package and its onnxruntime. Only the teacher's worker
 * imports this, and only when such a teacher is used: it brings half a megabyte of script, and a runtime of 27 MB.
 *
 * Its input is made by the studio's own tokenizer: the package cuts a long pair at its end, the last [SEP] with it.
 */
import { AutoModelForSequenceClassification, env, Tensor, type PreTrainedModel } from '@xenova/transformers';
import { describeAdapter } from '../../kernels/adapter';
import { pairEncoder, type EncodedPair, type EncodePair } from '../../text/pair-encoder';
import { loadTokenizer } from '../../text/tokenizer';
import type { Precision } from '../request';
import type { PairScorer } from './cross-encoder-teacher';
import type { ModelFiles } from './model-files';

export interface OnnxOptions {
  files: ModelFiles;
  precision: Precision;
  /** Where onnxruntime's program lies: part of this build, never somebody else's server. */
  runtime: { mjs: string; wasm: string };
}

/** Longest input in tokens, whatever the model could take: published re-rankers are trained up to this. */
const LONGEST_INPUT = 512;

export class OnnxCrossEncoder implements PairScorer {
  private constructor(
    private readonly model: PreTrainedModel,
    private readonly padTokenId: number,
    readonly encode: EncodePair,
    /** `webgpu` or `wasm`. */
    readonly device: string,
  ) {}

  /** @throws an error naming the model and what is missing, or why it is no re-ranker. */
  static async load({ files, precision, runtime }: OnnxOptions): Promise<OnnxCrossEncoder> {
    const { name } = files;
    const config = await readJson(files, 'config.json');
    const outputs = outputsOf(config);
    if (outputs !== 1)
      throw new Error(`${name}: expected a re-ranker with one score, found a classifier of ${outputs} classes`);
    const encode = await encoderOf(files, config);
    const device = await deviceFor(precision);
    serveOnly(files, runtime);
    const model = await AutoModelForSequenceClassification.from_pretrained('served/here', {
      dtype: precision,
      device,
      session_options: { logSeverityLevel: 3 },
    });
    return new OnnxCrossEncoder(model, Number(config['pad_token_id'] ?? 0), encode, device);
  }

  async score(batch: readonly EncodedPair[]): Promise<Float32Array> {
    const longest = Math.max(...batch.map(({ ids }) => ids.length));
    const rectangle = (pad: number, values: (pair: EncodedPair) => ArrayLike<number>) => {
      const data = new BigInt64Array(batch.length * longest).fill(BigInt(pad));
      batch.forEach((pair, row) => {
        const own = values(pair);
        for (let i = 0; i < own.length; i++) data[row * longest + i] = BigInt(own[i]!);
      });
      return new Tensor('int64', data, [batch.length, longest]);
    };
    const { logits } = (await this.model({
      input_ids: rectangle(this.padTokenId, ({ ids }) => ids),
      attention_mask: rectangle(0, ({ ids }) => new Uint8Array(ids.length).fill(1)),
      token_type_ids: rectangle(0, ({ types }) => types),
    })) as { logits: Tensor };
    if (logits.dims.join() !== `${batch.length},1`)
      throw new Error(`the model: expected logits of shape ${batch.length},1, found ${logits.dims.join()}`);
    return Float32Array.from(logits.to('float32').data as Float32Array);
  }

  async dispose(): Promise<void> {
    await this.model.dispose();
  }
}

/** Every file that the package asks for comes from `files`, and nothing from anywhere else. */
function serveOnly(files: ModelFiles, runtime: OnnxOptions['runtime']): void {
  env.useBrowserCache = false;
  env.useWasmCache = false;
  env.fetch = async (input: string | URL) => {
    const path = String(input).split('/resolve/main/')[1];
    const bytes = path === undefined ? undefined : await files.read(path);
    if (!bytes && path?.endsWith('.onnx'))
      throw new Error(`${files.name}: it has no ${path}; choose another precision`);
    return bytes
      ? new Response(bytes, { headers: { 'Content-Length': String(bytes.length) } })
      : new Response(null, { status: 404 });
  };
  env.backends.onnx.wasm!.wasmPaths = runtime;
}

async function readJson(files: ModelFiles, path: string): Promise<Record<string, unknown>> {
  const bytes = await files.read(path);
  if (!bytes) throw new Error(`${files.name}: it has no ${path}`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`${files.name}: ${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

/** Scores that the head gives: `num_labels`, or as many as have names; two where nothing is said, as transformers has it. */
function outputsOf(config: Record<string, unknown>): number {
  if (typeof config['num_labels'] === 'number') return config['num_labels'];
  return Object.keys((config['id2label'] as object | undefined) ?? { 0: '', 1: '' }).length;
}

async function encoderOf(files: ModelFiles, config: Record<string, unknown>): Promise<EncodePair> {
  const texts: Record<string, string> = {};
  for (const path of ['tokenizer.json', 'tokenizer_config.json']) {
    const bytes = await files.read(path);
    if (bytes) texts[path] = new TextDecoder().decode(bytes);
    else if (path === 'tokenizer.json') throw new Error(`${files.name}: it has no tokenizer.json`);
  }
  const settings = JSON.parse(texts['tokenizer_config.json'] ?? '{}') as Record<string, unknown>;
  const limits = [LONGEST_INPUT, settings['model_max_length'], config['max_position_embeddings']];
  const maxLength = Math.min(...limits.filter((limit) => typeof limit === 'number'));
  return pairEncoder(loadTokenizer(texts), { maxLength, tokenTypes: true, truncation: 'longest_first' });
}

/** A real GPU where there is one that can do the precision; else the CPU. */
async function deviceFor(precision: Precision): Promise<'webgpu' | 'wasm'> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter().catch(() => null);
  if (!adapter || describeAdapter(adapter.info).software) return 'wasm';
  // Quantised operators are made for CPUs.
  if (precision === 'q8' || (precision === 'fp16' && !adapter.features.has('shader-f16'))) return 'wasm';
  return 'webgpu';
}
