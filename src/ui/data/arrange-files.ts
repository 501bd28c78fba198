/** What was dropped, sorted out: folders of a model are checkpoints, everything else may be data. */

export interface CheckpointFolder {
  name: string;
  files: File[];
}

/** Files of a model's folder besides the weights, as Hugging Face names them. */
const MODEL_FILES = /^(config|tokenizer|tokenizer_config|special_tokens_map|generation_config|added_tokens)\.json$/;
const OTHER_MODEL_FILES = /^(vocab\.(txt|json)|merges\.txt|.*\.safetensors|pytorch_model\.bin)$/;

function folderOf(file: File): string {
  return file.webkitRelativePath.split('/').slice(0, -1).join('/');
}

/** `corpus.tsv.gz` → `corpus`. */
export function bareName(fileName: string): string {
  return fileName.replace(/\.gz$/i, '').replace(/\.(tsv|txt|jsonl|json|trec|qrels|run)$/i, '') || fileName;
}

/**
 * Groups files by folder. A folder with a config.json and weights is a checkpoint, named after the folder; its other files
 * (a README, weights in other formats) are left out.
 */
export function arrange(files: readonly File[]): { checkpoints: CheckpointFolder[]; others: File[] } {
  const folders = new Map<string, File[]>();
  for (const file of files) {
    const folder = folderOf(file);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  const checkpoints: CheckpointFolder[] = [];
  const others: File[] = [];
  for (const [folder, inside] of folders) {
    const names = new Set(inside.map((file) => file.name));
    const hasWeights = inside.some((file) => /\.(safetensors|bin)$/.test(file.name));
    if (names.has('config.json') && hasWeights) {
      const model = inside.filter((file) => MODEL_FILES.test(file.name) || OTHER_MODEL_FILES.test(file.name));
      const wanted = names.has('model.safetensors') ? model.filter((file) => !file.name.endsWith('.bin')) : model;
      checkpoints.push({ name: folder.split('/').at(-1) || 'model', files: wanted });
    } else {
      others.push(...inside);
    }
  }
  return { checkpoints, others };
}
