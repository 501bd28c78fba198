/**
 * The header of a safetensors file (https://github.com/huggingface/safetensors#format):
 *
 *   8 bytes   length n of the header, little-endian
 *   n bytes   JSON: {"name": {"dtype": "F32", "shape": [384, 384], "data_offsets": [begin, end]}, …, "__metadata__": {…}}
 *   the rest  the tensors' bytes, row-major, little-endian, without holes; offsets count from here
 */
import { BYTES_OF } from './dtypes';
import { FormatError } from './format-error';
import type { RandomAccess } from './random-access';
import type { WeightTensor } from './weights-file';

/** The format's own bound. */
const MAX_HEADER_BYTES = 100_000_000;

export interface TensorEntry extends WeightTensor {
  /** Where its bytes lie in the file. */
  begin: number;
  end: number;
}

export interface SafetensorsHeader {
  /** In order of their bytes. */
  entries: TensorEntry[];
  metadata: Record<string, string>;
}

/**
 * Reads and checks the header: lengths, dtypes, and that the tensors' bytes fill the file without hole or overlap.
 * @throws FormatError naming the file and the tensor, what was expected and found.
 */
export async function readSafetensorsHeader(file: string, data: RandomAccess): Promise<SafetensorsHeader> {
  const fail = (reason: string) => new FormatError(file, reason);
  if (data.size < 8) throw fail(`expected a safetensors file, found ${data.size} bytes: it is cut off`);
  const length = Number(new DataView(await data.slice(0, 8).arrayBuffer()).getBigUint64(0, true));
  const start = 8 + length;
  if (length > MAX_HEADER_BYTES || length < 2)
    throw fail(
      `expected a header of 2 to ${MAX_HEADER_BYTES} bytes, found a length of ${length}: not a safetensors file`,
    );
  if (start > data.size)
    throw fail(`expected a header of ${length} bytes, found ${data.size - 8}: the file is cut off`);

  let header: unknown;
  try {
    header = JSON.parse(await data.slice(8, start).text());
  } catch (cause) {
    throw new FormatError(file, `expected a JSON header, found ${(cause as Error).message}: not a safetensors file`, {
      cause,
    });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw fail('expected a JSON object as header, found something else');

  const { __metadata__: metadata = {}, ...tensors } = header as Record<string, unknown>;
  const entries = Object.entries(tensors).map(([name, value]) => readEntry(file, name, value, start));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let free = start;
  for (const { name, begin, end } of entries) {
    if (begin !== free)
      throw fail(
        `tensor ${name}: expected its bytes to begin at ${free - start}, found ${begin - start}: ` +
          (begin < free ? 'it overlaps the one before' : 'there is a hole before it'),
      );
    if (end > data.size)
      throw fail(`tensor ${name}: expected bytes up to ${end} of the file, found ${data.size}: the file is cut off`);
    free = end;
  }
  if (free !== data.size) throw fail(`expected the tensors to end at byte ${free}, found a file of ${data.size} bytes`);
  return { entries, metadata: metadata as Record<string, string> };
}

function readEntry(file: string, name: string, value: unknown, start: number): TensorEntry {
  const fail = (reason: string) => new FormatError(file, `tensor ${name}: ${reason}`);
  const isCount = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(BYTES_OF, dtype))
    throw fail(`expected dtype ${Object.keys(BYTES_OF).join(', ')}, found ${JSON.stringify(dtype)}`);
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw fail(`expected a shape of whole numbers, found ${JSON.stringify(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw fail(`expected two data_offsets, found ${JSON.stringify(offsets)}`);
  const [begin, end] = offsets as [number, number];
  const bytes = (shape as number[]).reduce((product, n) => product * n, BYTES_OF[dtype]!);
  if (end - begin !== bytes)
    throw fail(`expected ${bytes} bytes for ${dtype} [${shape.join(', ')}], found data_offsets of ${end - begin}`);
  return { name, dtype, shape: shape as number[], begin: start + begin, end: start + end };
}
