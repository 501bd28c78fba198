/** The bytes of one file of the hub, from any place in it on. */
import type { HubFile, HubModel } from './describe-model';
import { request, type Hub } from './hub';
import { HubError } from './hub-error';
import { formatModelId } from './model-id';

/** A connection over which nothing comes for so long is given up. */
const SILENCE_MS = 30_000;

/** Where a file is, at the commit that was looked up: what is asked for later is the same file. */
export function fileUrl({ url }: Hub, { model, commit }: Pick<HubModel, 'model' | 'commit'>, file: string): string {
  return `${url}/${model}/resolve/${commit}/${file.split('/').map(encodeURIComponent).join('/')}`;
}

/** The bytes came to their end too early, or stopped coming: to be gone on with. */
export class BrokenOffError extends Error {
  override readonly name = 'BrokenOffError';
}

/**
 * The bytes of a file from `begin` to its end, as they arrive.
 * @throws BrokenOffError when the connection breaks, HubError for a refusal or a file longer than announced, what `signal` was
 *   aborted with.
 */
export async function* fileBytes(
  hub: Hub,
  model: Pick<HubModel, 'model' | 'revision' | 'commit'>,
  { name, bytes }: HubFile,
  begin: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const silence = new AbortController();
  const headers: HeadersInit = begin > 0 ? { Range: `bytes=${begin}-` } : {};
  const response = await request(hub, fileUrl(hub, model, name), model, {
    headers,
    signal: AbortSignal.any([signal, silence.signal]),
  });
  // A server that does not know ranges sends all of it, and what is there already is passed over.
  let passed = response.status === 206 ? begin : 0;
  const reader = response.body?.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    while (reader) {
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) break;
      const end = passed + value.length;
      if (end > bytes)
        throw new HubError(
          'damaged',
          `${formatModelId(model)}: ${name}: expected ${bytes} bytes, found more: try again`,
        );
      if (end > begin) yield passed < begin ? value.subarray(begin - passed) : value;
      passed = end;
    }
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof HubError) throw cause;
    throw new BrokenOffError(`${name}: the connection broke after ${passed} bytes`, { cause });
  } finally {
    await reader?.cancel().catch(() => {});
  }
  if (passed < bytes) throw new BrokenOffError(`${name}: the connection ended after ${passed} of ${bytes} bytes`);
}
