/** The embedded demo: which of its files becomes which stored data set. */
import { parseFile } from '../formats/parse-file';
import { readRankGpt } from '../formats/rankgpt';
import type { DatasetKind } from '../storage/entries';
import type { Library } from '../storage/library';
import { importCheckpoint, type CheckpointFile } from './import-checkpoint';
import type { Progress } from './progress';

/** Data sets of the demo by kind and name, with the file of `public/demo` that each is made from. */
export const DEMO_DATASETS: readonly { kind: DatasetKind; name: string; file: string }[] = [
  { kind: 'collection', name: 'demo', file: 'collection.tsv' },
  ...(['train', 'validation', 'test'] as const).flatMap((split) => [
    { kind: 'queries' as const, name: `demo-${split}`, file: `queries.${split}.tsv` },
    { kind: 'qrels' as const, name: `demo-${split}`, file: `qrels.${split}.txt` },
  ]),
];

/** The teacher's lists of the training queries, as a run. */
export const DEMO_TEACHER = 'demo-teacher';
const TEACHER_FILES = { permutations: 'teacher.permutations.json', retrieved: 'teacher.retrieved.jsonl' };

export const DEMO_MODEL = 'rerank-mini';
const MODEL_FILES = [
  'config.json',
  'model.safetensors',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'vocab.txt',
];

const SOURCE = 'the embedded demo';

/**
 * Stores whatever of the demo is not stored yet.
 * @param fetchFile a file below `public/demo`.
 */
export async function* installDemo(
  library: Library,
  fetchFile: (path: string) => Promise<Blob>,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  const total = DEMO_DATASETS.length + 2;
  let done = 0;
  const progress = () => ({ type: 'progress' as const, what: 'demo', done: done++, total });
  for (const { kind, name, file } of DEMO_DATASETS) {
    yield progress();
    if (await library.datasetNamed(kind, name)) continue;
    const data = await fetchFile(file);
    const chunks = parseFile({ name: file, data }, kind);
    for await (const _ of library.importDataset({ kind, name, source: SOURCE }, chunks, { signal }));
  }
  yield progress();
  if (!(await library.datasetNamed('run', DEMO_TEACHER))) {
    const [permutations, retrieved] = await Promise.all([
      fetchFile(TEACHER_FILES.permutations),
      fetchFile(TEACHER_FILES.retrieved),
    ]);
    const { run } = await readRankGpt(
      { name: TEACHER_FILES.permutations, data: permutations },
      { name: TEACHER_FILES.retrieved, data: retrieved },
    );
    await library.writeRun(DEMO_TEACHER, run, { system: 'teacher' });
  }
  yield progress();
  const stored = await library.checkpoints();
  if (!stored.some((checkpoint) => checkpoint.name === DEMO_MODEL && checkpoint.source === SOURCE)) {
    const files: CheckpointFile[] = await Promise.all(
      MODEL_FILES.map(async (name) => ({ name, file: await fetchFile(`model/${name}`) })),
    );
    await importCheckpoint(library, DEMO_MODEL, files, { source: SOURCE });
  }
  yield progress();
}
