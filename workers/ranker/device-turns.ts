/** The ranker's device, used by one piece of work at a time, and the model that stays on it. */
import type { OpenedCheckpoint } from '../../src/experiments/open-checkpoint';
import type { BackendName, Device } from '../../src/kernels/device';

type Wanted = BackendName | 'auto';

export class DeviceTurns {
  #device?: Promise<Device>;
  /** Ends when the last piece of work that asked for a turn has ended. */
  #last: Promise<void> = Promise.resolve();
  #kept?: OpenedCheckpoint;
  /** What first stages work with, by what it is. */
  readonly #beside = new Map<string, { key: string; value: { dispose(): void } }>();

  /** @param openNew opens a device, closing the one before: tfjs has one engine a worker. */
  constructor(private readonly openNew: (backend: Wanted) => Promise<Device>) {}

  /** The open device, or a new one when there is none or a backend is asked for that it does not have. */
  open(backend: Wanted = 'auto'): Promise<Device> {
    const before = this.#device ?? Promise.reject(new Error('none yet'));
    const next = before.then(
      (current) => (backend === 'auto' || backend === current.backend ? current : this.#reopen(backend)),
      () => this.#reopen(backend),
    );
    this.#device = next;
    next.catch(() => {
      if (this.#device === next) this.#device = undefined;
    });
    return next;
  }

  #reopen(backend: Wanted): Promise<Device> {
    // Its tensors go with the device that is closed.
    this.#kept = undefined;
    this.#beside.clear();
    return this.openNew(backend);
  }

  /**
   * Waits for the work before, then runs this one on the device, checking it at each step.
   * @throws what failed first on the GPU, which explains what failed after it; the next work then opens a new device.
   */
  async *steps<T>(work: (device: Device) => AsyncIterable<T>): AsyncGenerator<T, void> {
    const endTurn = await this.#turn();
    try {
      yield* this.#checked(await this.open(), work);
    } finally {
      endTurn();
    }
  }

  async #turn(): Promise<() => void> {
    const before = this.#last;
    let end = () => {};
    this.#last = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  }

  async *#checked<T>(device: Device, work: (device: Device) => AsyncIterable<T>): AsyncGenerator<T, void> {
    try {
      for await (const item of work(device)) {
        device.check();
        yield item;
      }
    } catch (error) {
      const [first] = device.errors;
      if (!first) throw error;
      this.#device = undefined;
      this.#kept = undefined;
      this.#beside.clear();
      throw first;
    }
  }

  /** The model of a checkpoint, which stays on the device until another one is asked for. Only within a turn. */
  async model(checkpoint: string, open: () => Promise<OpenedCheckpoint>): Promise<OpenedCheckpoint> {
    if (this.#kept?.checkpoint.id !== checkpoint) {
      this.freeModel();
      this.#kept = await open();
    }
    return this.#kept;
  }

  /** One more thing that stays on the device, beside the model, until another of its kind is asked for. Only within a turn. */
  async kept<T extends { dispose(): void }>(kind: string, key: string, open: () => Promise<T>): Promise<T> {
    const before = this.#beside.get(kind);
    if (before?.key === key) return before.value as T;
    before?.value.dispose();
    this.#beside.delete(kind);
    const value = await open();
    this.#beside.set(kind, { key, value });
    return value;
  }

  /** Whether `kept` has it. */
  has(key: string): boolean {
    return [...this.#beside.values()].some((one) => one.key === key);
  }

  /** Makes room on the device. Only within a turn. */
  freeModel(): void {
    this.#kept?.model.dispose();
    this.#kept = undefined;
  }

  /** Frees what `kept` keeps, too. Only within a turn. */
  freeAll(): void {
    this.freeModel();
    for (const { value } of this.#beside.values()) value.dispose();
    this.#beside.clear();
  }
}
