import type { NamedArray } from './named-array';
import type { WeightsFile } from './weights-file';

/** A tensor that a file shall seem to have, float32. */
export interface AddedTensor {
  name: string;
  shape: number[];
  values(): Promise<Float32Array>;
}

/**
 * A file of weights under other names, some of it left out, some added.
 * @param nameOf the new name of a tensor; undefined leaves it out
 */
export function changedWeights(
  file: WeightsFile,
  nameOf: (name: string) => string | undefined,
  added: readonly AddedTensor[] = [],
): WeightsFile {
  const sources = new Map<string, string>();
  const tensors = file.tensors.flatMap((tensor) => {
    const name = nameOf(tensor.name);
    if (name === undefined) return [];
    sources.set(name, tensor.name);
    return [{ ...tensor, name }];
  });
  const all = [...tensors, ...added.map(({ name, shape }) => ({ name, dtype: 'F32', shape }))];
  const read = async (name: string): Promise<NamedArray> => {
    const own = added.find((tensor) => tensor.name === name);
    if (own) return { name, shape: own.shape, values: await own.values() };
    return { ...(await file.read(sources.get(name) ?? name)), name };
  };
  return {
    tensors: all,
    skipped: file.skipped,
    read,
    async *[Symbol.asyncIterator]() {
      for (const { name } of all) yield await read(name);
    },
  };
}
