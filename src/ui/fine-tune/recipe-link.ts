/**
 * A recipe's text as a part of an address: compressed by zlib, whose checksum tells a link that was cut off or changed on its
 * way, in the letters of base64url (RFC 4648, section 5).
 */

/** What no honest recipe reaches: a link must not fill the memory. */
const LONGEST_LINK = 100_000;
const LONGEST_RECIPE = 1_000_000;

/** The text for an address. Only letters, digits, `-` and `_`. */
export async function packRecipe(yaml: string): Promise<string> {
  const packed = new Blob([yaml]).stream().pipeThrough(new CompressionStream('deflate'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return letters.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The recipe's text. @throws when the link is not whole, saying what to do. */
export async function unpackRecipe(packed: string): Promise<string> {
  if (packed.length > LONGEST_LINK) throw damaged(`it is ${packed.length} letters long`);
  const text = await inflate(bytesOf(packed));
  if (text.trim() === '') throw damaged('there is no recipe in it');
  return text;
}

const damaged = (reason: string) =>
  new Error(`the link is damaged (${reason}): copy all of it, up to its last letter, or ask for the recipe as a file`);

function bytesOf(packed: string): Uint8Array<ArrayBuffer> {
  try {
    const letters = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  } catch {
    throw damaged('it has letters that no link has');
  }
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  let text = '';
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      if (text.length > LONGEST_RECIPE) break;
    }
    text += decoder.decode();
  } catch {
    throw damaged('a part of it is missing or changed');
  }
  if (text.length > LONGEST_RECIPE) {
    void reader.cancel();
    throw damaged('what is in it is far larger than a recipe');
  }
  return text;
}
