import { FormatError } from './format-error';

/** A file to be read: a `File` from a form, or bytes as they arrive. Gzip is recognised by its first two bytes. */
export interface SourceFile {
  name: string;
  data: Blob | ReadableStream<Uint8Array>;
}

/** Some bytes of a file, unpacked. */
export interface BytesChunk {
  bytes: Uint8Array;
  /** Bytes of the file as it lies on disk (compressed, if it is) read so far. */
  bytesRead: number;
}

const isGzip = (head: Uint8Array) => head[0] === 0x1f && head[1] === 0x8b;

/**
 * The bytes of a file in chunks, unpacked if they are gzip. Holds one chunk at a time; reads no further than asked.
 * @throws FormatError if gzip data are damaged or end too early.
 */
export async function* readBytes(file: SourceFile): AsyncGenerator<BytesChunk> {
  const reader = (file.data instanceof Blob ? file.data.stream() : file.data).getReader();
  let bytesRead = 0;
  const next = async () => {
    const { value } = await reader.read();
    bytesRead += value?.length ?? 0;
    return value;
  };

  let head = await next();
  while (head && head.length < 2) {
    const more = await next();
    if (!more) break;
    const joined = new Uint8Array(head.length + more.length);
    joined.set(head);
    joined.set(more, head.length);
    head = joined;
  }
  if (!head) return;

  let unread: Uint8Array | undefined = head;
  const raw = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const chunk = unread ?? (await next());
        unread = undefined;
        if (chunk) controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
        else controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const packed = isGzip(head);
  const bytes = (packed ? raw.pipeThrough(new DecompressionStream('gzip')) : raw).getReader();
  try {
    for (;;) {
      const { value } = await bytes.read();
      if (!value) return;
      yield { bytes: value, bytesRead };
    }
  } catch (cause) {
    if (!packed) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError(
      file.name,
      `gzip data expected, found damaged or cut-off ones after ${bytesRead} bytes (${why}): fetch the file again, or unpack it first`,
      { cause },
    );
  } finally {
    // Also when the caller stops early: nothing more is read, and the file is let go.
    await bytes.cancel().catch(() => {});
  }
}
