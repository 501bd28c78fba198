import { expect, test } from 'vitest';
import { arrange, bareName } from '../../../src/ui/data/arrange-files';

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

test('a config without weights is no checkpoint', () => {
  expect(arrange(['m/config.json', 'm/notes.txt'].map(file)).checkpoints).toEqual([]);
});

test.each([
  ['corpus.tsv.gz', 'corpus'],
  ['qrels.test.txt', 'qrels.test'],
  ['run.trec', 'run'],
  ['.gz', '.gz'],
])('%s is called %s', (name, bare) => expect(bareName(name)).toBe(bare));
