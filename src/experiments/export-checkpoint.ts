/**
 * Checkpoints out: a stored one as a folder of HF files (config.json, model.safetensors, tokenizer.json, …), which import-checkpoint.ts
 * reads again. What this app remembers of a checkpoint's input travels in config.json, under `rerank_studio`.
 */
import { safetensorsBlob } from '../formats/safetensors';
import type { Checkpoint } from '../storage/entries';
import type { Library } from '../storage/library';

/** A file by the name that it has in the folder. */
export interface NamedFile {
  name: string;
  file: Blob;
}

/** The HF files of a stored checkpoint, weights as float32: Python's transformers loads the folder as it is. */
export async function exportCheckpoint(library: Library, checkpoint: Checkpoint): Promise<NamedFile[]> {
  const shapes = await library.checkpointTensors(checkpoint.id);
  const weights = await safetensorsBlob(shapes, library.checkpointWeights(checkpoint.id));
  const config = {
    ...(JSON.parse(checkpoint.files['config.json'] ?? '{}') as object),
    rerank_studio: checkpoint.input,
  };
  const files = { ...checkpoint.files, 'config.json': `${JSON.stringify(config, null, 2)}\n` };
  return [
    ...Object.entries(files).map(([name, text]) => ({ name, file: new Blob([text], { type: 'text/plain' }) })),
    { name: 'model.safetensors', file: weights },
  ];
}
