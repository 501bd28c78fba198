import type { StoreNames } from 'idb';
import type { Connection } from './connection';
import type { LibrarySchema } from './schema';

/** Where the records of one kind go: gathered in memory, then stored a transaction at a time. */
export interface ImportSink<Record> {
  /** Stores that `flush` writes. */
  readonly stores: StoreNames<LibrarySchema>[];
  /** Bytes gathered since the last flush. */
  readonly pendingBytes: number;
  /** Bytes of all records taken. */
  readonly bytes: number;
  /** Sequence number of the next stored part, where parts have one. */
  sequence: number;
  /**
   * Takes a record. Returns what is wrong with it, where it must be passed over like a bad line.
   * @throws DuplicateIdError where the whole import must fail.
   */
  take(record: Record, line: number): string | undefined | Promise<string | undefined>;
  /** A 32-bit fingerprint of the record taken last. */
  readonly fingerprint: number;
  /** Writes what is gathered, in the caller's transaction, and forgets it. */
  flush(put: Put): Promise<unknown>;
  /** Forgets what is gathered: it is stored already. */
  drop(): void;
  /** After the last flush: whatever can only be made when all is known. */
  finish(connection: Connection): Promise<void>;
}

/** Writes one value in a transaction. Rejects, never throws: the promises of other writes must not be left behind. */
export type Put = <Name extends StoreNames<LibrarySchema>>(
  store: Name,
  value: LibrarySchema[Name]['value'],
  key: LibrarySchema[Name]['key'],
) => Promise<unknown>;
