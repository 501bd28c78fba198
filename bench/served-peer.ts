import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A peer in a process of its own, which does what it is told and says how long it took. */
export interface ServedPeer {
  /** Indexes the collection, or searches all queries; milliseconds, measured by the peer itself. */
  time(what: 'index' | 'search'): Promise<number>;
  stop(): void;
}

/**
 * Starts a program that answers each line `index` or `search` of stdin with the milliseconds it took; undefined, with the reason on
 * stderr, where it is not installed.
 */
export async function startPeer(name: string, program: string, args: string[]): Promise<ServedPeer | undefined> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.on('error', (error) => (said += error.message));
  child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes).slice(-2000)));
  // A process that is gone closes its pipe: `time` reports that.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const time = async (what: string) => {
    child.stdin.write(`${what}\n`);
    const line = await lines.next();
    if (line.done) throw new Error(`it ended: ${said.trim().split('\n').at(-1)}`);
    return Number(line.value);
  };
  const peer: ServedPeer = { time, stop: () => child.kill() };
  try {
    // The first index is the warm-up, and shows that it works.
    await time('index');
    return peer;
  } catch (error) {
    console.error(`${name} is left out. ${error instanceof Error ? error.message : String(error)}`);
    peer.stop();
    return undefined;
  }
}
