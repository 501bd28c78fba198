/** A stream that gives text in parts of the given sizes, as a slow disk would; the last size goes on to the end. */
export function streamOf(bytes: Uint8Array, sizes: readonly number[] = [bytes.length]): ReadableStream<Uint8Array> {
  let at = 0;
  let part = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const size = Math.max(1, sizes[Math.min(part++, sizes.length - 1)] ?? bytes.length);
      controller.enqueue(bytes.slice(at, (at += size)));
    },
  });
}

export const encode = (text: string) => new TextEncoder().encode(text);

export const file = (name: string, text: string | Uint8Array) => ({
  name,
  data: new Blob([text as BlobPart]),
});

export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const packed = new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What a parser yields, put together. */
export async function gather<R>(chunks: AsyncIterable<import('../../src/formats/records').ParsedChunk<R>>) {
  const parts = await all(chunks);
  return {
    records: parts.flatMap(({ records }) => records),
    lines: parts.flatMap(({ lines }) => Array.from(lines ?? [])),
    errors: parts.flatMap(({ errors }) => errors),
    bytesRead: parts.at(-1)?.bytesRead ?? 0,
  };
}
