/** The open database: transactions with named errors, and a polite end when another tab needs a newer version. */
import { type IDBPDatabase, type IDBPTransaction, type StoreNames, openDB } from 'idb';
import { Changes } from './changes';
import { LibraryClosedError, StorageFullError } from './errors';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations';
import { storageReport } from './quota';
import type { LibrarySchema } from './schema';

type Stores = StoreNames<LibrarySchema>;
type Transaction<Names extends Stores, Mode extends IDBTransactionMode> = IDBPTransaction<LibrarySchema, Names[], Mode>;

/** How long another tab may take to close its older version. */
const BLOCKED_WAIT_MS = 10_000;

export class Connection {
  #closed: string | undefined;

  private constructor(
    readonly library: string,
    private readonly database: IDBPDatabase<LibrarySchema>,
    readonly changes: Changes,
  ) {}

  /**
   * Opens the database and brings it to the version of this program.
   * @throws LibraryClosedError if it is of a newer version, or an older tab does not let go.
   */
  static async open(library: string): Promise<Connection> {
    let connection: Connection | undefined;
    let giveUp: ((error: Error) => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stuck = new Promise<never>((_, reject) => (giveUp = reject));
    const opening = openDB<LibrarySchema>(library, SCHEMA_VERSION, {
      async upgrade(db, oldVersion, _newVersion, transaction) {
        for (const step of MIGRATIONS.slice(oldVersion)) await step(db as never, transaction as never);
      },
      blocked() {
        timer = setTimeout(
          () =>
            giveUp?.(
              new LibraryClosedError(
                'Another tab holds an older version of Rerank Studio open: close that tab and reload this page',
              ),
            ),
          BLOCKED_WAIT_MS,
        );
      },
      blocking() {
        connection?.close('Another tab opened a newer version of Rerank Studio: reload this page');
      },
      terminated() {
        connection?.close('The browser closed the database, perhaps because its data were cleared: reload this page');
      },
    });
    try {
      const database = await Promise.race([opening, stuck]);
      connection = new Connection(library, database, new Changes(library));
      return connection;
    } catch (cause) {
      opening.then((late) => late.close()).catch(() => {});
      if ((cause as Error).name === 'VersionError')
        throw new LibraryClosedError(
          'The stored data belong to a newer version of Rerank Studio: reload this page to get it',
          { cause },
        );
      throw cause;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The database. @throws LibraryClosedError once it is closed, saying why. */
  get db(): IDBPDatabase<LibrarySchema> {
    if (this.#closed !== undefined) throw new LibraryClosedError(this.#closed);
    return this.database;
  }

  /**
   * Does all of `work`'s writes or none of them. `work` must await nothing but its transaction.
   * @param durability `strict` where what was stored before is deleted in the same transaction.
   * @throws StorageFullError if the browser allows no more data.
   */
  async write<Names extends Stores, Result>(
    stores: Names[],
    work: (transaction: Transaction<Names, 'readwrite'>) => Promise<Result>,
    durability: 'relaxed' | 'strict' = 'relaxed',
  ): Promise<Result> {
    const transaction = this.db.transaction(stores, 'readwrite', { durability });
    try {
      const result = await work(transaction);
      await transaction.done;
      return result;
    } catch (cause) {
      try {
        transaction.abort();
      } catch {
        // It is aborted already.
      }
      await transaction.done.catch(() => {});
      const isFull = [cause, transaction.error].some((error) => (error as Error | null)?.name === 'QuotaExceededError');
      throw isFull ? new StorageFullError(await storageReport(), { cause }) : cause;
    }
  }

  close(reason = 'The library was closed: reload this page'): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.database.close();
    this.changes.close();
  }
}

/** All entries of a key range, in order, some at a time, so that a large store is never in memory at once. */
export async function* entriesIn<Name extends Stores>(
  connection: Connection,
  store: Name,
  range: IDBKeyRange,
  limit = 256,
): AsyncGenerator<{ key: LibrarySchema[Name]['key']; value: LibrarySchema[Name]['value'] }> {
  let rest = range;
  for (;;) {
    const transaction = connection.db.transaction(store);
    const [keys, values] = await Promise.all([
      transaction.store.getAllKeys(rest, limit),
      transaction.store.getAll(rest, limit),
      transaction.done,
    ]);
    for (const [i, key] of keys.entries()) yield { key: key as LibrarySchema[Name]['key'], value: values[i]! };
    if (keys.length < limit) return;
    rest = IDBKeyRange.bound(keys.at(-1)!, range.upper, true, range.upperOpen);
  }
}

/** All keys that begin with these parts: an array sorts after every number and string. */
export function startingWith(...parts: (string | number)[]): IDBKeyRange {
  return IDBKeyRange.bound(parts, [...parts, []]);
}
