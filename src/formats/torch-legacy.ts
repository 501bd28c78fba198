/**
 * PyTorch's format before 1.6, which many of the hub's older models are still in (torch/serialization.py, `_legacy_load`):
 *
 *   pickle of the magic number │ of the version, 1001 │ of what the machine was like │ of the state dict │ of the storages' keys
 *   then, key by key:  8 bytes  number of values    values
 */
import { BYTES_OF } from './dtypes';
import { FormatError } from './format-error';
import type { RandomAccess } from './random-access';
import type { TorchContents } from './torch-bin';
import { stateDictTensors, TorchUnpickler } from './torch-pickle';

/** The pickle of 0x1950a86a20f9469cfc6c. */
const MAGIC = Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e);
const VERSION = 1001;
/** How much of the file is read for the pickles, which say nowhere how long they are; more when that was not enough. */
const FIRST_HEAD_BYTES = 1 << 20;
const MAX_HEAD_BYTES = 64 << 20;

/** Whether the bytes begin as a file of PyTorch before 1.6. */
export async function isLegacyTorch(data: RandomAccess): Promise<boolean> {
  if (data.size < MAGIC.length) return false;
  const head = new Uint8Array(await data.slice(0, MAGIC.length).arrayBuffer());
  return MAGIC.every((byte, i) => head[i] === byte);
}

/** @throws FormatError for a damaged file, or a pickle that asks for anything but tensors. */
export async function openLegacyTorch(file: string, data: RandomAccess): Promise<TorchContents> {
  const { tensors, storages, keys, end } = await readHead(file, data);
  const places = new Map<string, { begin: number; end: number }>();
  let at = end;
  for (const key of keys) {
    const width = BYTES_OF[storages.get(key) ?? ''];
    if (at + 8 > data.size || width === undefined)
      throw new FormatError(
        file,
        `values ${key}: expected their number at byte ${at}, found none: the file is cut off or damaged`,
      );
    const count = Number(new DataView(await data.slice(at, at + 8).arrayBuffer()).getBigInt64(0, true));
    const place = { begin: at + 8, end: at + 8 + count * width };
    if (!(count >= 0) || place.end > data.size)
      throw new FormatError(file, `values ${key}: expected ${count} of them, found the end of the file: it is cut off`);
    places.set(key, place);
    at = place.end;
  }
  return {
    tensors,
    async bytesOf({ key }) {
      const place = places.get(key);
      if (!place) throw new FormatError(file, `expected the values ${key}, found none: the file is damaged`);
      return data.slice(place.begin, place.end);
    },
  };
}

async function readHead(file: string, data: RandomAccess) {
  for (let bytes = FIRST_HEAD_BYTES; ; bytes *= 4) {
    const head = new Uint8Array(await data.slice(0, Math.min(bytes, data.size)).arrayBuffer());
    try {
      return readPickles(file, head);
    } catch (error) {
      // Perhaps the last pickle only goes on beyond what was read.
      if (bytes >= data.size || bytes >= MAX_HEAD_BYTES) throw error;
    }
  }
}

function readPickles(file: string, head: Uint8Array) {
  const pickles = new TorchUnpickler(file, head);
  pickles.skip(MAGIC.length);
  const version = pickles.next();
  if (version !== VERSION)
    throw new FormatError(file, `expected version ${VERSION} of PyTorch's old format, found ${version}`);
  const system = pickles.next();
  if (system instanceof Map && system.get('little_endian') === false)
    throw new FormatError(
      file,
      'expected little-endian values, found big-endian ones: save it again on another machine',
    );
  const tensors = stateDictTensors(file, pickles.next());
  const keys = pickles.next();
  if (!Array.isArray(keys)) throw new FormatError(file, 'expected the list of its storages, found something else');
  return { tensors, storages: pickles.storages, keys: keys.map(String), end: pickles.position };
}
