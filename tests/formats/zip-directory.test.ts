import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { isZip, readZipDirectory } from '../../src/formats/zip-directory';

const encode = (text: string) => new TextEncoder().encode(text);
const text = 'once more '.repeat(50);
const files = { 'm/config.json': encode('{}'), 'm/': new Uint8Array(0), 'm/ü.txt': encode(text) };
const zip = (level: 0 | 9) => new Blob([zipSync(files, { level }) as Uint8Array<ArrayBuffer>]);

/** A zip with one stored entry, whose sizes stand in the zip64 record, as PyTorch writes files over 4 GB. */
function zip64(): Uint8Array<ArrayBuffer> {
  const plain = zipSync({ a: encode('abc') }, { level: 0 });
  const view = new DataView(plain.buffer);
  const end = plain.length - 22;
  const begin = view.getUint32(end + 16, true);
  const central = plain.slice(begin, end);
  const centralView = new DataView(central.buffer);
  for (const at of [20, 24, 42]) centralView.setUint32(at, 0xffffffff, true);
  centralView.setUint16(30, 4 + 24, true);
  const field = new DataView(new ArrayBuffer(28));
  field.setUint16(0, 1, true);
  field.setUint16(2, 24, true);
  field.setBigUint64(4, 3n, true);
  field.setBigUint64(12, 3n, true);
  const record = new DataView(new ArrayBuffer(56));
  record.setUint32(0, 0x06064b50, true);
  record.setBigUint64(32, 1n, true);
  record.setBigUint64(40, BigInt(central.length + 28), true);
  record.setBigUint64(48, BigInt(begin), true);
  const locator = new DataView(new ArrayBuffer(20));
  locator.setUint32(0, 0x07064b50, true);
  locator.setBigUint64(8, BigInt(begin + central.length + 28), true);
  const tail = plain.slice(end);
  new DataView(tail.buffer).setUint16(10, 0xffff, true);
  const parts = [plain.slice(0, begin), central, field, record, locator, tail];
  const bytes = parts.flatMap((part) => (part instanceof DataView ? [...new Uint8Array(part.buffer)] : [...part]));
  return Uint8Array.from(bytes);
}

describe('a zip', () => {
  it.each([0, 9] as const)('packed at level %i is read entry by entry, folders left out', async (level) => {
    const data = zip(level);
    expect(await isZip(data)).toBe(true);
    const entries = await readZipDirectory('m.zip', data);
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ['m/config.json', 2],
      ['m/ü.txt', text.length],
    ]);
    expect(await (await entries[1]!.open()).text()).toBe(text);
    expect(await new Response(await entries[1]!.stream()).text()).toBe(text);
  });

  it('with damaged data says so while they are read', async () => {
    const bytes = new Uint8Array(await zip(9).arrayBuffer());
    // Behind the local header of the last entry, whose data are some 30 bytes.
    const at = bytes.findLastIndex((_, i) => bytes[i] === 0x50 && bytes[i + 2] === 0x03) + 30 + 'm/ü.txt'.length + 1;
    bytes.fill(0xff, at, at + 8);
    const [, entry] = await readZipDirectory('m.zip', new Blob([bytes]));
    await expect(new Response(await entry!.stream()).text()).rejects.toThrow('m.zip: m/ü.txt: expected deflated data');
  });

  it('with a comment at its end is read', async () => {
    const bytes = new Uint8Array(await zip(0).arrayBuffer());
    new DataView(bytes.buffer).setUint16(bytes.length - 2, 5, true);
    expect(await readZipDirectory('m.zip', new Blob([bytes, 'hello']))).toHaveLength(2);
  });

  it('with zip64 records is read', async () => {
    const [entry] = await readZipDirectory('m.zip', new Blob([zip64()]));
    expect(entry).toMatchObject({ name: 'a', size: 3 });
    expect(await (await entry!.open()).text()).toBe('abc');
  });

  it('that is cut off, encrypted or packed in another way is refused', async () => {
    const bytes = new Uint8Array(await zip(9).arrayBuffer());
    await expect(readZipDirectory('m.zip', new Blob([bytes.slice(0, -30)]))).rejects.toThrow(
      'm.zip: expected the end of a zip file, found none: it is cut off',
    );
    const directory = new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
    const changed = async (at: number, value: number) => {
      const copy = bytes.slice();
      new DataView(copy.buffer).setUint16(directory + at, value, true);
      const [first] = await readZipDirectory('m.zip', new Blob([copy]));
      return first!.open();
    };
    await expect(changed(8, 1)).rejects.toThrow('m.zip: m/config.json: expected plain data, found encrypted ones');
    await expect(changed(10, 12)).rejects.toThrow('expected stored or deflated data, found method 12');
  });

  it('is told from other files', async () => {
    expect(await isZip(new Blob(['id\ttext\n'.repeat(9)]))).toBe(false);
    expect(await isZip(new Blob(['PK']))).toBe(false);
  });
});
