/**
 * Checkpoints out: a stored one as a folder of HF files (config.json, model.safetensors, tokenizer.json, …), which import-checkpoint.ts
 * reads again, or as an ONNX model with the small ones of them.
 */
import { safetensorsBlob } from '../formats/safetensors';
import { writeOnnx } from '../models/onnx/write-onnx';
import type { Checkpoint } from '../storage/entries';
import type { Library } from '../storage/library';
import type { CheckpointFormat } from './exports/checkpoint-formats';
import { hubTexts } from './exports/hub-texts';
import { configOf } from './stored-model';

/** A file by the name that it has in the folder. */
export interface NamedFile {
  name: string;
  file: Blob;
}

/**
 * The files of a stored checkpoint, weights as float32.
 * @throws Error naming the tensor that a model without a head lacks, for ONNX.
 */
export async function exportCheckpoint(
  library: Library,
  checkpoint: Checkpoint,
  format: CheckpointFormat = 'hf',
): Promise<NamedFile[]> {
  const texts = Object.entries(hubTexts(checkpoint));
  return [
    ...texts.map(([name, text]) => ({ name, file: new Blob([text], { type: 'text/plain' }) })),
    await WEIGHTS[format](library, checkpoint),
  ];
}

const WEIGHTS: Record<CheckpointFormat, (library: Library, checkpoint: Checkpoint) => Promise<NamedFile>> = {
  async hf(library, { id }) {
    const shapes = await library.checkpointTensors(id);
    return { name: 'model.safetensors', file: await safetensorsBlob(shapes, library.checkpointWeights(id)) };
  },
  async onnx(library, checkpoint) {
    const weights = library.checkpointWeights(checkpoint.id);
    return { name: 'model.onnx', file: await writeOnnx(configOf(checkpoint), weights, checkpoint.input) };
  },
};
