/** A tensor on its way between a file, storage and a model: its name on the hub, its shape, its values in row-major order. */
export interface NamedArray {
  name: string;
  shape: number[];
  /** F16 and BF16 files are widened to float32 when read. */
  values: Float32Array;
}
