/**
 * Zip files read from their directory at the end, so that an entry costs its own bytes only
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 to 4.3.16):
 *
 *   local header, data │ local header, data │ … │ directory │ (zip64 end, its locator) │ end
 *
 * PyTorch writes entries uncompressed: their data are slices of the file. fflate, which writes our zips, needs the whole file in memory.
 */
import { FormatError } from './format-error';
import type { RandomAccess } from './random-access';

const [LOCAL, CENTRAL, END, ZIP64_END, ZIP64_LOCATOR] = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
/** A file's or a field's mark that the number stands in the zip64 record. */
const [IN_ZIP64_16, IN_ZIP64_32] = [0xffff, 0xffffffff];
const [STORED, DEFLATED] = [0, 8];
const ENCRYPTED = 1;

/** A file inside a zip, not read yet. */
export interface ZipEntry {
  /** With its folders, separated by slashes. */
  name: string;
  /** Bytes when unpacked. */
  size: number;
  /** Its data: a slice of the zip where they are stored, else unpacked. @throws FormatError when they are packed in another way. */
  open(): Promise<RandomAccess>;
  /** Its data from the beginning, unpacked as they are read. Throws as `open`; damaged data are an error of the stream. */
  stream(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
}

/** Whether the bytes begin as a zip file's do. */
export async function isZip(data: RandomAccess): Promise<boolean> {
  if (data.size < END_BYTES) return false;
  const mark = new DataView(await data.slice(0, 4).arrayBuffer()).getUint32(0, true);
  return mark === LOCAL || mark === END;
}

/** The files of a zip, folders left out. @throws FormatError when it is damaged or cut off. */
export async function readZipDirectory(file: string, data: RandomAccess): Promise<ZipEntry[]> {
  const { count, begin, bytes } = await findDirectory(file, data);
  const view = await viewOf(file, data, begin, begin + bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes || view.getUint32(at, true) !== CENTRAL)
      throw new FormatError(file, `expected ${count} entries in the zip's directory, found ${i}: it is damaged`);
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const nameAt = at + 46;
    const extraAt = nameAt + nameBytes!;
    const next = extraAt + extraBytes! + commentBytes!;
    if (next > bytes) throw new FormatError(file, `entry ${i} of the zip's directory is cut off`);
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + nameAt, nameBytes!));
    const short = [24, 20, 42].map((offset) => view.getUint32(at + offset, true)) as [number, number, number];
    const [size, packed, header] = inZip64(view, extraAt, extraAt + extraBytes!, short);
    const place = { name, size, packed, header, flags, method };
    if (!name.endsWith('/'))
      entries.push({
        name,
        size,
        open: () => openEntry(file, data, place),
        stream: () => streamEntry(file, data, place),
      });
    at = next;
  }
  return entries;
}

interface Place {
  name: string;
  size: number;
  /** Bytes as they lie in the zip. */
  packed: number;
  /** Where its local header begins. */
  header: number;
  flags: number;
  method: number;
}

async function openEntry(file: string, data: RandomAccess, place: Place): Promise<RandomAccess> {
  const { raw, stored } = await rawEntry(file, data, place);
  return stored ? raw : new Response(await inflated(file, raw, place)).blob();
}

async function streamEntry(file: string, data: RandomAccess, place: Place) {
  const { raw, stored } = await rawEntry(file, data, place);
  return stored ? (await asBlob(raw)).stream() : inflated(file, raw, place);
}

const asBlob = async (data: RandomAccess) => (data instanceof Blob ? data : new Blob([await data.arrayBuffer()]));

/** Unpacked as it is read. The stream fails with a FormatError when the data are damaged, or not as long as the directory says. */
async function inflated(file: string, raw: RandomAccess, { name, size }: Place) {
  const reader = (await asBlob(raw)).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  let read = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { value } = await reader.read().catch((cause: unknown) => {
          const reason = `${name}: expected deflated data, found damaged ones: fetch the file again`;
          throw new FormatError(file, reason, { cause });
        });
        read += value?.length ?? 0;
        if (value) controller.enqueue(value);
        else if (read === size) controller.close();
        else throw new FormatError(file, `${name}: expected ${size} bytes when unpacked, found ${read}`);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** The entry's data as they lie in the zip. */
async function rawEntry(
  file: string,
  data: RandomAccess,
  place: Place,
): Promise<{ raw: RandomAccess; stored: boolean }> {
  const { name, packed, header, flags, method } = place;
  const fail = (reason: string) => new FormatError(file, `${name}: ${reason}`);
  if (flags & ENCRYPTED) throw fail('expected plain data, found encrypted ones: unpack the zip and import the folder');
  const local = await viewOf(file, data, header, header + 30);
  if (local.getUint32(0, true) !== LOCAL) throw fail(`expected its local header at byte ${header}, found none`);
  // The local header's lengths differ from the directory's: PyTorch pads there, to align its data.
  const begin = header + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  if (begin + packed > data.size) throw fail(`expected ${packed} bytes from ${begin}, found a file of ${data.size}`);
  const raw = data.slice(begin, begin + packed);
  if (method !== STORED && method !== DEFLATED)
    throw fail(`expected stored or deflated data, found method ${method}: unpack the zip and import the folder`);
  return { raw, stored: method === STORED };
}

/** Where the directory lies: the end record is looked for from the file's end, since a comment may follow it. */
async function findDirectory(file: string, data: RandomAccess) {
  const tailBegin = Math.max(0, data.size - END_BYTES - MAX_COMMENT_BYTES);
  const tail = await viewOf(file, data, tailBegin, data.size);
  let end = tail.byteLength - END_BYTES;
  while (
    end >= 0 &&
    !(tail.getUint32(end, true) === END && end + END_BYTES + tail.getUint16(end + 20, true) <= tail.byteLength)
  )
    end--;
  if (end < 0) throw new FormatError(file, 'expected the end of a zip file, found none: it is cut off; fetch it again');
  const [count, bytes, begin] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ];
  if (count !== IN_ZIP64_16 && bytes !== IN_ZIP64_32 && begin !== IN_ZIP64_32) return { count, bytes, begin };
  const locator = end - 20;
  if (locator < 0 || tail.getUint32(locator, true) !== ZIP64_LOCATOR) return { count, bytes, begin };
  const at = Number(tail.getBigUint64(locator + 8, true));
  const record = await viewOf(file, data, at, at + 56);
  if (record.getUint32(0, true) !== ZIP64_END)
    throw new FormatError(file, `expected a zip64 end record at byte ${at}, found none: the file is damaged`);
  return {
    count: Number(record.getBigUint64(32, true)),
    bytes: Number(record.getBigUint64(40, true)),
    begin: Number(record.getBigUint64(48, true)),
  };
}

/** `numbers`, each that is marked replaced by the next one of the zip64 field among the extra fields. */
function inZip64(
  view: DataView,
  from: number,
  to: number,
  numbers: [number, number, number],
): [number, number, number] {
  for (let at = from; at + 4 <= to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    return numbers.map((number) => {
      if (number !== IN_ZIP64_32 || next + 8 > to) return number;
      next += 8;
      return Number(view.getBigUint64(next - 8, true));
    }) as [number, number, number];
  }
  return numbers;
}

async function viewOf(file: string, data: RandomAccess, begin: number, end: number): Promise<DataView> {
  if (!(begin >= 0 && end <= data.size))
    throw new FormatError(file, `expected bytes ${begin} to ${end}, found ${data.size}: the zip is damaged or cut off`);
  return new DataView(await data.slice(begin, end).arrayBuffer());
}
