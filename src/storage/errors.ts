/** What can go wrong in the library, each with the next step in its message. */
import type { LineError } from '../formats/records';
import type { StorageReport } from './library';

const megabytes = (bytes: number | undefined) =>
  bytes === undefined ? 'an unknown amount' : `${(bytes / 1e6).toFixed(0)} MB`;

/** Nothing of that id is stored. */
export class NotStoredError extends Error {
  override readonly name = 'NotStoredError';
  constructor(what: string, id: string) {
    super(`The library has no ${what} ${id}: it was deleted, or it belongs to another browser`);
  }
}

/** A document or query was asked for that its data set does not have. */
export class UnknownTextError extends Error {
  override readonly name = 'UnknownTextError';
  constructor(
    dataset: string,
    kind: string,
    readonly id: string,
  ) {
    super(`${dataset}: the ${kind} has no text with id "${id}": do run, judgements and ${kind} belong together?`);
  }
}

/** An import met an id for the second time. */
export class DuplicateIdError extends Error {
  override readonly name = 'DuplicateIdError';
  constructor(
    source: string,
    readonly id: string,
    readonly first: string,
    readonly second: string,
  ) {
    super(
      `${source}: id "${id}" comes twice, ${first} and ${second}: make the ids unique and import again; nothing was stored`,
    );
  }
}

/** Too many lines of a file could not be read. */
export class BadLinesError extends Error {
  override readonly name = 'BadLinesError';
  constructor(
    source: string,
    readonly badLines: number,
    readonly lines: number,
    readonly errors: LineError[],
  ) {
    const [first] = errors;
    super(
      `${source}: ${badLines} of ${lines} lines could not be read` +
        (first ? ` (line ${first.line}: ${first.reason})` : '') +
        ': is it the right format? Nothing was stored',
    );
  }
}

/** A file had nothing to import. */
export class EmptyDatasetError extends Error {
  override readonly name = 'EmptyDatasetError';
  constructor(source: string, kind: string) {
    super(`${source}: expected records of a ${kind}, found none; nothing was stored`);
  }
}

/** An import was to be gone on with, but the file is not the one that it began with. */
export class DifferentFileError extends Error {
  override readonly name = 'DifferentFileError';
  constructor(source: string, records: number) {
    super(
      `${source}: expected the file of the unfinished import, whose first ${records} records are stored, found other records: ` +
        'choose that file, or roll the import back',
    );
  }
}

/** An index became a different one while it was read or added to. */
export class IndexChangedError extends Error {
  override readonly name = 'IndexChangedError';
  constructor(index: string) {
    super(`The ${index} index was changed meanwhile, perhaps in another tab: try again`);
  }
}

/** The browser allows no more data. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
  constructor(
    readonly report: StorageReport,
    options?: ErrorOptions,
  ) {
    super(
      `The browser's storage is full: ${megabytes(report.usage)} of ${megabytes(report.quota)} used. What was stored before is ` +
        'intact. Delete data sets or checkpoints you no longer need and empty the bin, or free space on the disk, then try again',
      options,
    );
  }
}

/** The connection to the database is gone. */
export class LibraryClosedError extends Error {
  override readonly name = 'LibraryClosedError';
}
