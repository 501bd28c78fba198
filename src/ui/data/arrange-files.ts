/** What was dropped, sorted out: folders of a model are checkpoints, everything else may be data. */

export interface CheckpointFolder {
  name: string;
  files: File[];
}

/** Files of a model's folder besides the weights, as Hugging Face names them. */
const MODEL_FILES = /^(config|tokenizer|tokenizer_config|special_tokens_map|generation_config|added_tokens)\.json$/;
const OTHER_MODEL_FILES =
  /^(vocab\.(txt|json)|merges\.txt|.*\.safetensors|pytorch_model.*\.bin|(model\.safetensors|pytorch_model\.bin)\.index\.json)$/;
const WEIGHTS = /\.(safetensors|bin)$/;

function folderOf(file: File): string {
  return file.webkitRelativePath.split('/').slice(0, -1).join('/');
}

/** `corpus.tsv.gz` → `corpus`. */
export function bareName(fileName: string): string {
  return fileName.replace(/\.gz$/i, '').replace(/\.(tsv|txt|jsonl|json|trec|qrels|run)$/i, '') || fileName;
}

/**
 * Groups files by folder. A folder with a config.json and weights is a checkpoint, named after the folder; its other files
 * (a README, weights in other formats) and its subfolders are left out.
 */
export function arrange(files: readonly File[]): { checkpoints: CheckpointFolder[]; others: File[] } {
  const folders = new Map<string, File[]>();
  for (const file of files) {
    const folder = folderOf(file);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  const checkpoints: CheckpointFolder[] = [];
  const others: File[] = [];
  const isModel = (inside: readonly File[]) =>
    inside.some(({ name }) => name === 'config.json') && inside.some(({ name }) => WEIGHTS.test(name));
  const models = [...folders].filter(([, inside]) => isModel(inside)).map(([folder]) => folder);
  for (const [folder, inside] of folders) {
    if (models.includes(folder)) {
      const model = inside.filter(({ name }) => MODEL_FILES.test(name) || OTHER_MODEL_FILES.test(name));
      const safe = model.some(({ name }) => name.endsWith('.safetensors'));
      const wanted = safe ? model.filter(({ name }) => !/^pytorch_model/.test(name)) : model;
      checkpoints.push({ name: folder.split('/').at(-1) || 'model', files: wanted });
    } else if (!models.some((model) => model !== '' && folder.startsWith(`${model}/`))) {
      others.push(...inside);
    }
  }
  return { checkpoints, others };
}

/** The files that are zips of a model, each as a checkpoint, and the rest. Of a zip its directory is read only. */
export async function takeModelZips(
  files: readonly File[],
): Promise<{ checkpoints: CheckpointFolder[]; rest: File[] }> {
  const checkpoints: CheckpointFolder[] = [];
  const rest: File[] = [];
  for (const file of files) {
    if (/\.zip$/i.test(file.name) && (await holdsModel(file))) {
      checkpoints.push({ name: file.name.replace(/\.zip$/i, ''), files: [file] });
    } else {
      rest.push(file);
    }
  }
  return { checkpoints, rest };
}

async function holdsModel(file: File): Promise<boolean> {
  const { readZipDirectory } = await import('../../formats/zip-directory');
  // A damaged zip is no model's; whoever reads it next says what is wrong with it.
  const entries = await readZipDirectory(file.name, file).catch(() => []);
  const names = entries.map(({ name }) => name.split('/').at(-1)!);
  return names.includes('config.json') && names.some((name) => WEIGHTS.test(name));
}
