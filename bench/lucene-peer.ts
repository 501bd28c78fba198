import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../tests/goldens/lucene/lucene.sh', import.meta.url));

/** Lucene in a process of its own, which does what it is told and says how long it took. */
export interface LucenePeer {
  /** Indexes the collection, or searches all queries; milliseconds, measured by Java. */
  time(what: 'index' | 'search'): Promise<number>;
  stop(): void;
}

/** Starts Lucene on two files; undefined, with the reason on stderr, where Java or Maven is missing. */
export async function startLucene(collection: string, queries: string, depth: number): Promise<LucenePeer | undefined> {
  const java = spawn('sh', [SCRIPT, 'serve', collection, queries, String(depth)], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  java.stderr.on('data', (bytes: Buffer) => (said += bytes));
  // A process that is gone closes its pipe: `time` reports that.
  java.stdin.on('error', () => {});
  const lines = createInterface({ input: java.stdout })[Symbol.asyncIterator]();
  const time = async (what: string) => {
    java.stdin.write(`${what}\n`);
    const line = await lines.next();
    if (line.done) throw new Error(`Lucene ended: ${said.trim()}`);
    return Number(line.value);
  };
  const peer: LucenePeer = { time, stop: () => java.kill() };
  try {
    // The first index is the warm-up, and shows that it works.
    await time('index');
    return peer;
  } catch (error) {
    console.error(`Lucene is left out. ${error instanceof Error ? error.message : String(error)}`);
    peer.stop();
    return undefined;
  }
}
