import { describe, expect, it } from 'vitest';
import type { OpenedCheckpoint } from '../../src/experiments/open-checkpoint';
import type { Device } from '../../src/kernels/device';
import { DeviceTurns } from '../../workers/ranker/device-turns';

/** A device that fails when its test says so. */
function fakeDevice(): Device & { errors: Error[] } {
  const errors: Error[] = [];
  return {
    backend: 'wasm',
    name: 'fake',
    limitsInWords: '',
    features: [],
    lost: new Promise<never>(() => {}),
    errors,
    check() {
      if (errors[0]) throw errors[0];
    },
    attempt: (work) => work(),
    reopen: async () => fakeDevice(),
    close() {},
  };
}

function fakeModel(id: string) {
  const opened = { checkpoint: { id }, model: { disposed: 0, dispose: () => opened.model.disposed++ } };
  return opened;
}
const asOpened = (model: ReturnType<typeof fakeModel>) => model as unknown as OpenedCheckpoint;

async function all<T>(steps: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of steps) items.push(item);
  return items;
}

describe('DeviceTurns', () => {
  it('does one piece of work at a time, in the order asked for, whether the one before ends, fails or is left', async () => {
    const turns = new DeviceTurns(async () => fakeDevice());
    const log: string[] = [];
    const work = (name: string, fails = false) =>
      async function* () {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        yield name;
        if (fails) throw new Error(`${name} failed`);
        log.push(`${name} ends`);
      };
    const left = async () => {
      for await (const _ of turns.steps(work('left'))) break;
    };
    const done = await Promise.allSettled([
      all(turns.steps(work('a'))),
      all(turns.steps(work('b', true))),
      left(),
      all(turns.steps(work('c'))),
    ]);
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'left begins', 'c begins', 'c ends']);
  });

  it('throws what failed first on the device, and opens a new one for the next work', async () => {
    const devices: ReturnType<typeof fakeDevice>[] = [];
    const turns = new DeviceTurns(async () => {
      devices.push(fakeDevice());
      return devices.at(-1)!;
    });
    const model = fakeModel('m');
    let opened = 0;
    const open = async () => {
      opened++;
      return asOpened(model);
    };
    await all(
      turns.steps(async function* () {
        await turns.model('m', open);
        yield 1;
      }),
    );
    const lost = turns.steps(async function* () {
      devices[0]!.errors.push(new Error('the device was lost'));
      yield await Promise.reject<number>(new Error('a buffer is gone'));
    });
    await expect(all(lost)).rejects.toThrow('the device was lost');
    await all(
      turns.steps(async function* (device) {
        expect(device).toBe(devices[1]);
        // What was on the lost device is loaded again.
        await turns.model('m', open);
        yield 1;
      }),
    );
    expect([devices.length, opened]).toEqual([2, 2]);
  });

  it('keeps the model that was used last, and disposes it for another', async () => {
    const turns = new DeviceTurns(async () => fakeDevice());
    const [a, b] = [fakeModel('a'), fakeModel('b')];
    const [openA, openB] = [async () => asOpened(a), async () => asOpened(b)];
    expect(await turns.model('a', openA)).toBe(a);
    expect(await turns.model('a', openB)).toBe(a);
    expect(a.model.disposed).toBe(0);
    expect(await turns.model('b', openB)).toBe(b);
    expect(a.model.disposed).toBe(1);
    turns.freeModel();
    expect(b.model.disposed).toBe(1);
    // A model that could not be opened leaves nothing behind.
    await expect(turns.model('c', () => Promise.reject(new Error('no such checkpoint')))).rejects.toThrow('no such');
    expect(await turns.model('a', openA)).toBe(a);
  });

  it('reopens only for another backend', async () => {
    const asked: string[] = [];
    const turns = new DeviceTurns(async (backend) => {
      asked.push(backend);
      return fakeDevice();
    });
    await turns.open();
    await turns.open('wasm');
    expect(asked).toEqual(['auto']);
    await turns.open('webgpu');
    expect(asked).toEqual(['auto', 'webgpu']);
  });
});
