/**
 * The pickle inside a PyTorch file, read without running anything.
 *
 * A pickle is a program for a stack machine: it names Python functions and asks for them to be called. Here a name is either one of
 * the table below, which only put together a description of a tensor, or an error. Nothing else can be called: the parser takes
 * functions from this table alone. What torch allows by `weights_only=True` is the model for the table (torch/_weights_only_unpickler.py).
 */
import { BufferReader, Parser } from 'pickleparser';
import { FormatError } from './format-error';

/** Where a tensor's values lie: a stretch of numbers of one dtype, under a key that says which bytes of the file they are. */
export interface TorchStorage {
  key: string;
  dtype: string;
  /** Values. */
  count: number;
  /** Values of the bytes before its first one: not 0 for views of old files. */
  begin: number;
}

/** A tensor as a view of a storage: value [i, j, …] is number `offset + i·stride[0] + j·stride[1] + …`. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly shape: number[],
    readonly stride: number[],
  ) {}
}

/** torch's names for storages of a dtype. */
const STORAGES: Record<string, string> = {
  FloatStorage: 'F32', HalfStorage: 'F16', BFloat16Storage: 'BF16', DoubleStorage: 'F64', LongStorage: 'I64',
  IntStorage: 'I32', ShortStorage: 'I16', CharStorage: 'I8', ByteStorage: 'U8', BoolStorage: 'BOOL',
}; // prettier-ignore

/** The dtype that a storage class stands for; it is never called. */
class StorageType {
  constructor(readonly dtype: string) {}
}

const rebuildTensor = (storage: TorchStorage, offset: number, shape: number[], stride: number[]) =>
  new TorchTensor(storage, offset, shape, stride);

/** What a pickle may name, and what it stands for here; frozen, since a pickle may also ask for attributes to be set. */
const GLOBALS: Readonly<Record<string, unknown>> = {
  'collections.OrderedDict': (items: [unknown, unknown][] = []) => new Map(items),
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': (tensor: unknown) => tensor,
  'torch.Size': (sizes: number[]) => sizes,
  ...Object.fromEntries(Object.entries(STORAGES).map(([name, dtype]) => [`torch.${name}`, new StorageType(dtype)])),
};
Object.values(GLOBALS).forEach(Object.freeze);

/** A reader that only goes forwards: the library's own follows a negative length back, for ever. */
class ForwardReader extends BufferReader {
  override skip(bytes: number): void {
    if (!(bytes >= 0)) throw new Error(`expected a length, found ${bytes}`);
    super.skip(bytes);
  }
}

/** Reads the pickles of a PyTorch file, one after another. */
export class TorchUnpickler {
  readonly #reader: ForwardReader;
  readonly #parser: Parser;
  /** Dtype of every storage that was named, by its key. */
  readonly storages = new Map<string, string>();

  /** @param file its name, for errors. */
  constructor(
    private readonly file: string,
    bytes: Uint8Array,
  ) {
    this.#reader = new ForwardReader(bytes);
    this.#parser = new Parser({
      unpicklingTypeOfDictionary: 'Map',
      nameResolver: { resolve: (module, name) => this.#global(module, name) as () => unknown },
      persistentResolver: { resolve: (id: unknown) => this.#storage(id) },
    });
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#reader.position;
  }

  skip(bytes: number): void {
    this.#reader.skip(bytes);
  }

  /** The next pickle's value; dictionaries are Maps. @throws FormatError naming what it asks for that is no tensor, or where it is damaged. */
  next(): unknown {
    try {
      return this.#parser.read(this.#reader);
    } catch (cause) {
      if (cause instanceof FormatError) throw cause;
      const why = (cause as Error).message;
      throw new FormatError(
        this.file,
        `expected a pickle of tensors, found damaged or unknown data near byte ${this.position} (${why})`,
        { cause },
      );
    }
  }

  #global(module: string, name: string): unknown {
    const found = `${module}.${name}`;
    if (Object.hasOwn(GLOBALS, found)) return GLOBALS[found];
    throw new FormatError(
      this.file,
      `expected nothing but tensors, found the Python object ${found}, which is not run: save the weights alone, by ` +
        'torch.save(model.state_dict(), …) or save_pretrained',
    );
  }

  /** `('storage', type, key, location, count, view)`; a view is `(key, begin, count)` or None. */
  #storage(id: unknown): TorchStorage {
    const [kind, type, key, , count, view] = Array.isArray(id) ? (id as unknown[]) : [];
    if (kind !== 'storage' || !(type instanceof StorageType) || !isCount(count))
      throw new FormatError(this.file, `expected the place of a tensor's values, found ${JSON.stringify(id)}`);
    const begin = Array.isArray(view) ? (view[1] as unknown) : 0;
    if (!isCount(begin)) throw new FormatError(this.file, `expected a view's begin, found ${JSON.stringify(begin)}`);
    this.storages.set(String(key), type.dtype);
    return { key: String(key), dtype: type.dtype, count: Array.isArray(view) ? (view[2] as number) : count, begin };
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const areCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);

/**
 * The tensors of an unpickled state dict, by name: at its top, or under `state_dict`. Other entries are passed over.
 * @throws FormatError when there are none, or one that reaches beyond its storage.
 */
export function stateDictTensors(file: string, value: unknown): Map<string, TorchTensor> {
  if (!(value instanceof Map)) throw new FormatError(file, 'expected a state dict, found something else');
  const tensors = new Map<string, TorchTensor>();
  for (const [name, entry] of value) {
    if (entry instanceof TorchTensor) tensors.set(String(name), checked(file, String(name), entry));
  }
  if (tensors.size > 0) return tensors;
  if (value.get('state_dict') instanceof Map) return stateDictTensors(file, value.get('state_dict'));
  const keys = [...value.keys()].slice(0, 5).join(', ') || 'nothing';
  throw new FormatError(
    file,
    `expected a state dict of tensors, found ${keys}: save the weights by torch.save(model.state_dict(), …)`,
  );
}

function checked(file: string, name: string, tensor: TorchTensor): TorchTensor {
  const { storage, offset, shape, stride } = tensor;
  const fail = (reason: string) => new FormatError(file, `tensor ${name}: ${reason}`);
  if (
    !isCount(storage?.count) ||
    !isCount(offset) ||
    !areCounts(shape) ||
    !areCounts(stride) ||
    shape.length !== stride.length
  )
    throw fail(`expected offset, shape and strides, found ${JSON.stringify([offset, shape, stride])}`);
  const isEmpty = shape.includes(0);
  const last = shape.reduce((place, size, axis) => place + (size - 1) * stride[axis]!, offset);
  if (!isEmpty && !(last < storage.count))
    throw fail(`expected its values within ${storage.count}, found the last one at ${last}`);
  return tensor;
}
