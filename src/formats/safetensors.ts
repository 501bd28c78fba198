/** Safetensors files: read lazily, a tensor at a time, and written as a stream. */
import { toFloat32 } from './dtypes';
import { float32ToFloat16 } from './float16';
import type { NamedArray } from './named-array';
import type { RandomAccess } from './random-access';
import { readSafetensorsHeader } from './safetensors-header';
import { weightsFile, type WeightsFile } from './weights-file';

/** An open safetensors file. */
export interface Safetensors extends WeightsFile {
  metadata: Record<string, string>;
}

/** Opens a file: reads and checks its header only. @throws FormatError for a damaged one. */
export async function openSafetensors(file: string, data: RandomAccess): Promise<Safetensors> {
  const { entries, metadata } = await readSafetensorsHeader(file, data);
  const opened = weightsFile(file, entries, async ({ dtype, begin, end }) =>
    toFloat32(dtype, await data.slice(begin, end).arrayBuffer()),
  );
  return { ...opened, metadata };
}

/** What must be known of every tensor before the first byte of a file is written. */
export type TensorShape = Pick<NamedArray, 'name' | 'shape'>;

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/**
 * The bytes of a safetensors file, in parts: header, then tensor by tensor.
 * @param shapes names and shapes of `arrays`, in their order.
 * @throws Error if an array is not the one that the header promised.
 */
export async function* formatSafetensors(
  shapes: readonly TensorShape[],
  arrays: Iterable<NamedArray> | AsyncIterable<NamedArray>,
  { dtype = 'F32', metadata = { format: 'pt' } }: { dtype?: 'F32' | 'F16'; metadata?: Record<string, string> } = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const width = dtype === 'F32' ? 4 : 2;
  const header: Record<string, unknown> = { __metadata__: metadata };
  let begin = 0;
  for (const { name, shape } of shapes) {
    if (Object.hasOwn(header, name))
      throw new Error(`safetensors: expected different names, found tensor ${name} twice`);
    const end = begin + width * sizeOf(shape);
    header[name] = { dtype, shape, data_offsets: [begin, end] };
    begin = end;
  }
  let json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces bring the data to a multiple of 8 bytes, as the reference writer does.
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(32);
  padded.set(json);
  json = padded;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  yield length;
  yield json;

  let written = 0;
  for await (const { name, values } of arrays) {
    const promised = shapes[written++];
    if (promised?.name !== name || sizeOf(promised.shape) !== values.length)
      throw new Error(
        `safetensors: expected ${promised ? `tensor ${promised.name} [${promised.shape.join(', ')}]` : 'no more tensors'}, ` +
          `found ${name} with ${values.length} values`,
      );
    const data = dtype === 'F32' ? values : float32ToFloat16(values);
    yield new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  }
  if (written !== shapes.length) throw new Error(`safetensors: expected ${shapes.length} tensors, found ${written}`);
}

/** The whole file as a Blob; the browser keeps a large one on disk. */
export async function safetensorsBlob(...args: Parameters<typeof formatSafetensors>): Promise<Blob> {
  const parts: Blob[] = [];
  for await (const part of formatSafetensors(...args)) parts.push(new Blob([part]));
  return new Blob(parts, { type: 'application/octet-stream' });
}
