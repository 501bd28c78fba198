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
