/** The tiny ColBERT of tests/goldens/make-late-interaction.py, and what Python makes of its texts. */
import { readFileSync } from 'node:fs';
import { openSafetensors } from '../../../src/formats/safetensors';
import { readConfig } from '../../../src/models/config';
import { TokenEncoder } from '../../../src/models/token-encoder';
import { loadTokenizer } from '../../../src/text/tokenizer';

export interface ExpectedVectors {
  queries: string[];
  documents: string[];
  queryVectors: number[][][];
  /** At most the first 40 of a document. */
  documentVectors: number[][][];
  documentLengths: number[];
  scores: number[][];
  dense: { queries: number[][]; documents: number[][] };
}

const golden = (name: string) => readFileSync(new URL(`../../goldens/late-interaction/${name}`, import.meta.url));

export const tinyFiles = {
  'config.json': golden('config.json').toString(),
  'tokenizer.json': golden('tokenizer.json').toString(),
};
export const tinyWeights = () =>
  openSafetensors('model.safetensors', new Blob([new Uint8Array(golden('model.safetensors'))]));
export const expected = JSON.parse(golden('expected.json').toString()) as ExpectedVectors;
export const tinyTokenizer = () => loadTokenizer(tinyFiles);

/** @param projected false: the encoder alone, as a sentence-transformers checkpoint has it. */
export const tinyEncoder = async (projected = true) =>
  TokenEncoder.load(readConfig(JSON.parse(tinyFiles['config.json'])), await tinyWeights(), projected ? 8 : undefined);
