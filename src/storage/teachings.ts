/** Lists that a teacher makes: the entry, and what it made of each query. */
import { type Connection, entriesIn, startingWith } from './connection';
import { newestFirst } from './datasets';
import type { Teaching } from './entries';
import { NotStoredError } from './errors';

/** See `Library.teachings`. */
export async function teachings(connection: Connection): Promise<Teaching[]> {
  return newestFirst(await connection.db.getAll('teachings'));
}

/** See `Library.putTeaching`. */
export async function putTeaching(connection: Connection, teaching: Teaching): Promise<void> {
  await connection.write(['teachings'], (transaction) =>
    transaction.objectStore('teachings').put(teaching, teaching.id),
  );
  connection.changes.announce({ what: 'teaching', id: teaching.id });
}

/** See `Library.taught`. */
export async function taught(connection: Connection, id: string): Promise<Map<string, unknown>> {
  const lists = new Map<string, unknown>();
  for await (const { key, value } of entriesIn(connection, 'taught', startingWith(id))) lists.set(key[1], value);
  return lists;
}

/** See `Library.putTaught`. Flushed to the disk at once: an answer may have cost money. */
export async function putTaught(
  connection: Connection,
  id: string,
  query: string,
  list: unknown,
  done: number,
): Promise<void> {
  await connection.write(
    ['teachings', 'taught'],
    async (transaction) => {
      const entries = transaction.objectStore('teachings');
      const entry = await entries.get(id);
      if (!entry) throw new NotStoredError("teacher's lists", id);
      await Promise.all([
        transaction.objectStore('taught').put(list, [id, query]),
        entries.put({ ...entry, done }, id),
      ]);
    },
    'strict',
  );
}

/** See `Library.deleteTeaching`. */
export async function deleteTeaching(connection: Connection, id: string): Promise<void> {
  await connection.write(['teachings', 'taught'], (transaction) =>
    Promise.all([
      transaction.objectStore('teachings').delete(id),
      transaction.objectStore('taught').delete(startingWith(id)),
    ]),
  );
  connection.changes.announce({ what: 'teaching', id });
}
