/** Bytes that can be read at any place without reading those before: a Blob is one, and so is a file that the library keeps in pieces. */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number;
  /** Bytes `begin` … `end − 1`, still unread. */
  slice(begin: number, end: number): RandomAccess;
  arrayBuffer(): Promise<ArrayBuffer>;
  text(): Promise<string>;
}
