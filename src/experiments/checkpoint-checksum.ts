import type { Library } from '../storage/library';

/**
 * The checksum of a model's weights, whatever files they came from: SHA-256 of each tensor's `name<TAB>shape<LF>` and float32 values, the
 * digests joined in the order of the names, and SHA-256 of that. In hexadecimal digits.
 */
export async function checkpointChecksum(library: Library, checkpoint: string): Promise<string> {
  const digests = new Map<string, Uint8Array>();
  for await (const { name, shape, values } of library.checkpointWeights(checkpoint)) {
    const head = new TextEncoder().encode(`${name}\t${shape.join(',')}\n`);
    const bytes = new Uint8Array(head.length + values.byteLength);
    bytes.set(head);
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), head.length);
    digests.set(name, await sha256(bytes));
  }
  const names = [...digests.keys()].sort();
  const joined = new Uint8Array(32 * names.length);
  for (const [i, name] of names.entries()) joined.set(digests.get(name)!, 32 * i);
  return hexadecimal(await sha256(joined));
}

/** Of a text's UTF-8 bytes, in hexadecimal digits. */
export async function textChecksum(text: string): Promise<string> {
  return hexadecimal(await sha256(new TextEncoder().encode(text)));
}

const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
const hexadecimal = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
