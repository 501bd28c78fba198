/** An endpoint that cannot be used, with what to do about it. Its message never holds the key. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  /** HTTP status; undefined where there was no answer at all. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** A failure that may be over in a while. */
export class PassingError extends EndpointError {
  /** How long the endpoint asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, status?: number, retryAfterMs?: number, options?: ErrorOptions) {
    super(message, status, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110, 10.2.3). */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** A text without the key: servers repeat it in their errors. */
export function withoutKey(text: string, key: string | undefined): string {
  return key ? text.replaceAll(key, '[key]') : text;
}
