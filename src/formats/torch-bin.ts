/**
 * PyTorch's files of weights (`pytorch_model.bin`), read without running anything and without reading more than is asked for.
 *
 *   since 1.6   a zip, nothing compressed:  NAME/data.pkl (names, shapes, places) │ NAME/data/0 │ NAME/data/1 │ …
 *   before      magic │ version │ system │ state dict │ keys │ count, values │ count, values │ …   (torch-legacy.ts)
 */
import { BYTES_OF, toFloat32 } from './dtypes';
import { FormatError } from './format-error';
import type { RandomAccess } from './random-access';
import { isLegacyTorch, openLegacyTorch } from './torch-legacy';
import { stateDictTensors, TorchUnpickler, type TorchStorage, type TorchTensor } from './torch-pickle';
import { weightsFile, type WeightsFile } from './weights-file';
import { isZip, readZipDirectory } from './zip-directory';

/** The pickle holds names and shapes only. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20;

/** The tensors of a file, and the bytes of a storage. */
export interface TorchContents {
  tensors: Map<string, TorchTensor>;
  /** @throws FormatError when the file lacks them. */
  bytesOf(storage: TorchStorage): Promise<RandomAccess>;
}

/**
 * Opens a file: reads the list of its tensors only.
 * @throws FormatError for a damaged file, another format, or a pickle that asks for anything but tensors.
 */
export async function openTorchBin(file: string, data: RandomAccess): Promise<WeightsFile> {
  const { tensors, bytesOf } = await contentsOf(file, data);
  const all = [...tensors].map(([name, { storage, shape }]) => ({ name, dtype: storage.dtype, shape }));
  return weightsFile(file, all, async ({ name }) => {
    const tensor = tensors.get(name)!;
    return valuesOf(tensor, await bytesOf(tensor.storage));
  });
}

async function contentsOf(file: string, data: RandomAccess): Promise<TorchContents> {
  if (await isZip(data)) return openZip(file, data);
  if (await isLegacyTorch(data)) return openLegacyTorch(file, data);
  throw new FormatError(
    file,
    'expected a file of PyTorch, found another format: save the model with transformers (save_pretrained), which writes model.safetensors',
  );
}

async function openZip(file: string, data: RandomAccess): Promise<TorchContents> {
  const entries = new Map((await readZipDirectory(file, data)).map((entry) => [entry.name, entry]));
  const pickle = [...entries.values()].find(({ name }) => name.endsWith('/data.pkl'));
  if (!pickle)
    throw new FormatError(
      file,
      `expected data.pkl in the zip, found ${[...entries.keys()].slice(0, 5).join(', ') || 'nothing'}: not a file of PyTorch`,
    );
  if (pickle.size > MAX_PICKLE_BYTES)
    throw new FormatError(file, `expected a list of tensors up to ${MAX_PICKLE_BYTES} bytes, found ${pickle.size}`);
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const order = await (await entries.get(`${folder}byteorder`)?.open())?.text();
  if (order !== undefined && order !== 'little')
    throw new FormatError(file, `expected little-endian values, found ${order}: save it again on another machine`);
  const bytes = new Uint8Array(await (await pickle.open()).arrayBuffer());
  const opened = new Map<string, Promise<RandomAccess>>();
  return {
    tensors: stateDictTensors(file, new TorchUnpickler(file, bytes).next()),
    bytesOf({ key }) {
      const entry = entries.get(`${folder}data/${key}`);
      if (!entry)
        throw new FormatError(file, `expected the values data/${key} in the zip, found none: the file is damaged`);
      let bytes = opened.get(key);
      if (!bytes) opened.set(key, (bytes = entry.open()));
      return bytes;
    },
  };
}

/** A tensor's values in row-major order. */
async function valuesOf({ storage, offset, shape, stride }: TorchTensor, bytes: RandomAccess): Promise<Float32Array> {
  const { dtype, begin } = storage;
  const count = shape.reduce((product, size) => product * size, 1);
  const width = BYTES_OF[dtype]!;
  const range = async (from: number, values: number) =>
    toFloat32(dtype, await bytes.slice((begin + from) * width, (begin + from + values) * width).arrayBuffer());
  if (count === 0) return new Float32Array(0);
  if (isRowMajor(shape, stride)) return range(offset, count);
  // Strided (a transposed or cut-out view): the stretch from its first to its last value is read, and picked from.
  const span = shape.reduce((last, size, axis) => last + (size - 1) * stride[axis]!, 0) + 1;
  const source = await range(offset, span);
  const values = new Float32Array(count);
  const index = new Array<number>(shape.length).fill(0);
  let place = 0;
  for (let i = 0; i < count; i++) {
    values[i] = source[place]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += stride[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      place -= index[axis]! * stride[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}

/** Whether consecutive values lie side by side. An axis of one entry may have any stride. */
function isRowMajor(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}
