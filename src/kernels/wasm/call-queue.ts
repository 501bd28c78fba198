import type { WasmExports } from './heap';

/** A call of one of our programs. Scratch, which is last among a program's parameters, is added by the thread that makes the call. */
export type Call = readonly [program: keyof WasmExports, ...args: number[]];

/** In the order of their numbers in the queue. */
const PROGRAMS = [
  'activate',
  'activateGradient',
  'adamW',
  'adamWRows',
  'attention',
  'attentionGradient',
  'columnSums',
  'dropout',
  'embedSum',
  'layerNorm',
  'layerNormGradient',
  'multiply',
  'segmentSum',
] as const satisfies (keyof WasmExports)[];

/** Calls that the queue holds, and numbers of each: the program, how many arguments, the arguments. */
const CAPACITY = 256;
const CALL_NUMBERS = 24;

/** Places in the head of the queue, 32-bit integers. */
const OPEN = 0; // calls that nobody took yet; below zero: none
const DONE = 1; // calls that were made
const TOTAL = 2; // calls in all
const ROUND = 3; // rises with each round of calls: what sleeping threads watch
const SCRATCH = 4; // address of thread 0's scratch
const SCRATCH_BYTES = 5; // of each thread
const HEAD_BYTES = 64;

/** Bytes that a queue takes. */
export const QUEUE_BYTES = HEAD_BYTES + 8 * CAPACITY * CALL_NUMBERS;

/** How often a thread looks for new calls before it sleeps: about 20 µs, less than waking up takes. */
const LOOKS = 2000;

/**
 * Calls that do not depend on each other, shared by threads through memory: whoever is free takes the next.
 *
 *   head: open │ done │ total │ round │ scratch …     calls:  program, n, arg 0 … arg n − 1 │ program, …
 *
 * A thread takes a call by lowering `open`: only its first `total` takers get one, and the calls stand written before `open`
 * is raised. So a thread may come late, or never, and the others make its calls.
 */
export class CallQueue {
  private readonly head: Int32Array;
  private readonly calls: Float64Array;

  /** `address`: of QUEUE_BYTES bytes in shared memory, a multiple of 8, zero at first. */
  constructor(
    memory: WebAssembly.Memory,
    address: number,
    private readonly programs: WasmExports,
    private readonly thread: number,
  ) {
    this.head = new Int32Array(memory.buffer, address, HEAD_BYTES / 4);
    this.calls = new Float64Array(memory.buffer, address + HEAD_BYTES, CAPACITY * CALL_NUMBERS);
  }

  /** Makes all calls, together with the threads that `serve`, and returns when they are made. */
  run(calls: readonly Call[], scratch: number, scratchBytes: number): void {
    for (let first = 0; first < calls.length; first += CAPACITY) {
      this.round(calls.slice(first, first + CAPACITY), scratch, scratchBytes);
    }
  }

  private round(calls: readonly Call[], scratch: number, scratchBytes: number): void {
    const { head } = this;
    for (const [i, [program, ...args]] of calls.entries()) {
      this.calls.set([(PROGRAMS as readonly string[]).indexOf(program), args.length, ...args], i * CALL_NUMBERS);
    }
    head[SCRATCH] = scratch;
    head[SCRATCH_BYTES] = scratchBytes;
    Atomics.store(head, TOTAL, calls.length);
    Atomics.store(head, DONE, 0);
    Atomics.store(head, OPEN, calls.length);
    Atomics.add(head, ROUND, 1);
    Atomics.notify(head, ROUND);
    this.work();
    for (let done = Atomics.load(head, DONE); done < calls.length; done = Atomics.load(head, DONE)) {
      Atomics.wait(head, DONE, done);
    }
  }

  /** Takes part in every round from now on; never returns. */
  serve(): never {
    const { head } = this;
    for (;;) {
      const round = Atomics.load(head, ROUND);
      this.work();
      let looks = 0;
      while (looks < LOOKS && Atomics.load(head, ROUND) === round) looks++;
      if (looks === LOOKS) Atomics.wait(head, ROUND, round);
    }
  }

  private work(): void {
    const { head, calls } = this;
    for (let open = Atomics.sub(head, OPEN, 1); open > 0; open = Atomics.sub(head, OPEN, 1)) {
      const at = (Atomics.load(head, TOTAL) - open) * CALL_NUMBERS;
      const args = Array.from(calls.subarray(at + 2, at + 2 + calls[at + 1]!));
      const scratch = (head[SCRATCH]! >>> 0) + this.thread * head[SCRATCH_BYTES]!;
      (this.programs[PROGRAMS[calls[at]!]!] as (...args: number[]) => void)(...args, scratch);
      Atomics.add(head, DONE, 1);
      Atomics.notify(head, DONE);
    }
  }
}
