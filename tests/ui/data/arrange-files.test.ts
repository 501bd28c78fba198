import { expect, test } from 'vitest';
import { zipSync } from 'fflate';
import { arrange, bareName, takeModelZips } from '../../../src/ui/data/arrange-files';

/** A file as a folder picker gives it; Node's File has no path. */
function file(path: string): File {
  const made = new File(['x'], path.split('/').at(-1)!);
  Object.defineProperty(made, 'webkitRelativePath', { value: path.includes('/') ? path : '' });
  return made;
}
const names = (files: File[]) => files.map((one) => one.name);

test('a folder with a config and weights is a checkpoint, without its other files', () => {
  const { checkpoints, others } = arrange(
    ['m/config.json', 'm/model.safetensors', 'm/pytorch_model.bin', 'm/vocab.txt', 'm/README.md', 'd/corpus.tsv'].map(
      file,
    ),
  );
  expect(checkpoints.map(({ name, files }) => [name, names(files)])).toEqual([
    ['m', ['config.json', 'model.safetensors', 'vocab.txt']],
  ]);
  expect(names(others)).toEqual(['corpus.tsv']);
});

test('PyTorch weights are taken where there are no others; files picked without a folder are one', () => {
  const { checkpoints } = arrange(['config.json', 'pytorch_model.bin', 'tokenizer.json'].map(file));
  expect(checkpoints.map(({ name, files }) => [name, names(files)])).toEqual([
    ['model', ['config.json', 'pytorch_model.bin', 'tokenizer.json']],
  ]);
});

test('shards are taken whole, and what lies in subfolders of a model is left out', () => {
  const { checkpoints, others } = arrange(
    [
      ...['m/config.json', 'm/model-00001-of-00002.safetensors', 'm/model-00002-of-00002.safetensors'],
      ...['m/model.safetensors.index.json', 'm/pytorch_model.bin.index.json', 'm/pytorch_model-00001-of-00001.bin'],
      ...['m/1_Pooling/config.json', 'm/onnx/model.onnx', 'mine/corpus.tsv'],
    ].map(file),
  );
  expect(checkpoints.map(({ files }) => names(files))).toEqual([
    [
      'config.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model.safetensors.index.json',
    ],
  ]);
  expect(names(others)).toEqual(['corpus.tsv']);
});

test('a zip of a model is a checkpoint, another zip is not', async () => {
  const zip = (name: string, inside: string[]) =>
    new File(
      [zipSync(Object.fromEntries(inside.map((path) => [path, new Uint8Array(2)]))) as Uint8Array<ArrayBuffer>],
      name,
    );
  const files = [
    zip('mini.zip', ['mini/config.json', 'mini/model.safetensors']),
    zip('lists.zip', ['config.json', 'lists.jsonl']),
    new File(['PK, or so'], 'broken.zip'),
    file('corpus.tsv'),
  ];
  const { checkpoints, rest } = await takeModelZips(files);
  expect(checkpoints).toEqual([{ name: 'mini', files: [files[0]] }]);
  expect(names(rest)).toEqual(['lists.zip', 'broken.zip', 'corpus.tsv']);
});

test('a config without weights is no checkpoint', () => {
  expect(arrange(['m/config.json', 'm/notes.txt'].map(file)).checkpoints).toEqual([]);
});

test.each([
  ['corpus.tsv.gz', 'corpus'],
  ['qrels.test.txt', 'qrels.test'],
  ['run.trec', 'run'],
  ['.gz', '.gz'],
])('%s is called %s', (name, bare) => expect(bareName(name)).toBe(bare));
