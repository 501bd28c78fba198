import { isFloat } from './dtypes';
import { FormatError } from './format-error';
import type { NamedArray } from './named-array';

/** A tensor that a file holds, without its values. */
export interface WeightTensor {
  name: string;
  /** By safetensors' name: F32, F16, BF16, I64 … */
  dtype: string;
  shape: number[];
}

/** An open file of weights, whatever its format. Values are read when they are asked for; iterating reads them one after another. */
export interface WeightsFile extends AsyncIterable<NamedArray> {
  /** Float tensors, in the file's order. */
  tensors: WeightTensor[];
  /** Tensors that are passed over because they hold no floats (buffers such as `position_ids`). */
  skipped: WeightTensor[];
  /** @throws FormatError if the file has no such float tensor. */
  read(name: string): Promise<NamedArray>;
}

/**
 * A file of weights, from the list of its tensors in its order and what reads the values of a float one.
 * @param file its name, as errors say it
 */
export function weightsFile<Tensor extends WeightTensor>(
  file: string,
  all: readonly Tensor[],
  valuesOf: (tensor: Tensor) => Promise<Float32Array>,
): WeightsFile {
  const tensors = all.filter(isFloat);
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const readTensor = async (tensor: Tensor): Promise<NamedArray> => {
    return { name: tensor.name, shape: tensor.shape, values: await valuesOf(tensor) };
  };
  return {
    tensors,
    skipped: all.filter((tensor) => !isFloat(tensor)),
    async read(name) {
      const tensor = byName.get(name);
      if (!tensor) throw new FormatError(file, `expected a float tensor ${name}, found none of that name`);
      return readTensor(tensor);
    },
    async *[Symbol.asyncIterator]() {
      for (const tensor of tensors) yield await readTensor(tensor);
    },
  };
}
