/** The kinds of numbers that weight files hold, by safetensors' names. All known engines are little-endian, as the files are. */
import { bfloat16ToFloat32, float16ToFloat32 } from './float16';

/** Bytes of a value. */
export const BYTES_OF: Readonly<Record<string, number>> = {
  F32: 4, F16: 2, BF16: 2, F64: 8, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1,
}; // prettier-ignore

/** Those that weights come in. Tensors of others are passed over: buffers such as position ids. */
const FLOATS = ['F64', 'F32', 'F16', 'BF16'];

export const isFloat = ({ dtype }: { dtype: string }) => FLOATS.includes(dtype);

/** The values of a float dtype as float32; of F32 a view. `bytes` must hold whole values. */
export function toFloat32(dtype: string, bytes: ArrayBuffer): Float32Array {
  switch (dtype) {
    case 'F64':
      return Float32Array.from(new Float64Array(bytes));
    case 'F16':
      return float16ToFloat32(new Uint16Array(bytes));
    case 'BF16':
      return bfloat16ToFloat32(new Uint16Array(bytes));
    default:
      return new Float32Array(bytes);
  }
}
