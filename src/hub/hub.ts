/** Requests to the hub, and what its refusals mean. */
import { HubError } from './hub-error';
import { formatModelId, type ModelId } from './model-id';

/** The hub that models come from. */
export interface Hub {
  /** Its address, without a slash at the end: huggingface.co, or a mirror of it. */
  url: string;
  fetch: typeof fetch;
  /** Wait before a broken connection is tried again; longer from time to time. */
  retryMs: number;
}

export const HUGGING_FACE = 'https://huggingface.co';

/** The hub at an address, reached by the browser's (or Node's) fetch. */
export function hubAt(url: string = HUGGING_FACE): Hub {
  return { url: url.replace(/\/+$/, ''), fetch: (...request) => fetch(...request), retryMs: 1000 };
}

const hostOf = ({ url }: Hub) => new URL(url).host;

/** What to do where the hub is of no help. */
const byHand =
  'Or download the model’s folder on another machine and import it on the Data page (command line: give the folder)';

/**
 * One request about a model. Nothing of the page is told: no cookies, no referrer.
 * @throws HubError for a refusal or when the hub cannot be reached; what `signal` was aborted with.
 */
export async function request(hub: Hub, url: string, id: ModelId, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await hub.fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer', ...init });
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw offline(hub, id, cause);
  }
  if (response.ok) return response;
  await response.body?.cancel().catch(() => {});
  throw refusal(hub, id, response);
}

/** The hub does not answer. */
export function offline(hub: Hub, id: ModelId, cause?: unknown): HubError {
  return new HubError(
    'offline',
    `${formatModelId(id)}: ${hostOf(hub)} cannot be reached: check the connection and try again. ${byHand}`,
    { cause },
  );
}

/** The model's terms must be accepted by a person. */
export function gated(hub: Hub, id: ModelId): HubError {
  return new HubError(
    'gated',
    `${formatModelId(id)}: its owner gives it to those only who accept its terms. Log in at ${hub.url}/${id.model}, accept them, ` +
      'download config.json, model.safetensors (or pytorch_model.bin) and the tokenizer’s files there into one folder, and import ' +
      'that folder on the Data page (command line: give the folder)',
  );
}

/** An answer that is an error, by its code (`X-Error-Code`, as huggingface_hub's `hf_raise_for_status` reads it) or status. */
function refusal(hub: Hub, id: ModelId, response: Response): HubError {
  const { status } = response;
  const code = response.headers.get('X-Error-Code');
  const name = formatModelId(id);
  if (code === 'GatedRepo' || status === 403) return gated(hub, id);
  if (code === 'RevisionNotFound')
    return new HubError(
      'unknown',
      `${name}: ${hostOf(hub)} has the model ${id.model}, but no revision "${id.revision}" of it`,
    );
  if (code === 'EntryNotFound')
    return new HubError('unreadable', `${name}: ${hostOf(hub)} has no file ${new URL(response.url).pathname}`);
  // Without an account the hub answers 401 for what does not exist, so that private models cannot be told from none.
  if (status === 401 || status === 404)
    return new HubError(
      'unknown',
      `${name}: ${hostOf(hub)} has no public model of that id: it is mistyped, private or gone. Ids look like ` +
        'cross-encoder/ms-marco-MiniLM-L6-v2',
    );
  if (status === 429)
    return new HubError('refused', `${name}: ${hostOf(hub)} asks for fewer requests: wait some minutes and try again`);
  return new HubError('refused', `${name}: ${hostOf(hub)} answered HTTP ${status}: try again later. ${byHand}`);
}
