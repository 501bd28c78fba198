/** What can be wrong with a download. */
export type HubTrouble =
  /** No public model, or no revision, of that name. */
  | 'unknown'
  /** Its terms must be accepted first. */
  | 'gated'
  /** The model has no weights or no tokenizer that can be read. */
  | 'unreadable'
  /** The hub cannot be reached. */
  | 'offline'
  /** The hub answers with an error. */
  | 'refused'
  /** Something else arrived than the hub announced. */
  | 'damaged'
  /** The browser has no room for it. */
  | 'full'
  /** Another tab downloads it. */
  | 'busy';

/** A download that does not go on; the message names the model and says what to do. */
export class HubError extends Error {
  override readonly name = 'HubError';

  constructor(
    readonly trouble: HubTrouble,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
