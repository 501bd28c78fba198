/** A file that cannot be read at all, as against a bad line (`LineError`). The message names the file, and what to do. */
export class FormatError extends Error {
  override readonly name = 'FormatError';

  constructor(
    /** Name of the file. */
    readonly file: string,
    /** What was expected and what was found. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${reason}`, options);
  }
}
