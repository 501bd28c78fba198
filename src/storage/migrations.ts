import type { IDBPDatabase, IDBPTransaction } from 'idb';

type Upgrade = (
  db: IDBPDatabase,
  transaction: IDBPTransaction<unknown, string[], 'versionchange'>,
) => void | Promise<void>;

/**
 * Step i brings a database of version i to version i + 1. A step is history: once released it is never changed, and it
 * speaks of stores by the names they had then. It may await nothing but its own transaction.
 */
export const MIGRATIONS: readonly Upgrade[] = [
  // 0 → 1: an experiment's log is an array `log` in the experiment itself.
  (db) => {
    for (const store of ['datasets', 'imports', 'checkpoints', 'experiments', 'pending'] as const)
      db.createObjectStore(store);
    for (const store of ['texts', 'directories', 'buckets', 'rankings', 'manifests', 'chunks'] as const)
      db.createObjectStore(store);
  },
  // 1 → 2: logs get a store of their own: to add a line no longer rewrites all lines.
  async (db, transaction) => {
    const logs = db.createObjectStore('logs');
    let cursor = await transaction.objectStore('experiments').openCursor();
    while (cursor) {
      const { log, ...experiment } = cursor.value as { log?: unknown[] };
      if (log) {
        if (log.length > 0) await logs.put(log, [cursor.key as string, 0]);
        await cursor.update(experiment);
      }
      cursor = await cursor.continue();
    }
  },
  // 2 → 3: lists that a teacher makes, query by query.
  (db) => {
    for (const store of ['teachings', 'taught'] as const) db.createObjectStore(store);
  },
  // 3 → 4: models on their way from the hub.
  (db) => void db.createObjectStore('downloads'),
];

/** The version that this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;
