import { expect, test } from 'vitest';
import { Heap } from '../../src/kernels/wasm/heap';

/** A backend whose malloc has nothing left: it returns address 0, as emscripten's does. */
function fullBackend() {
  const disposed: object[] = [];
  const backend = {
    makeOutput: (shape: number[]) => ({ dataId: {}, shape, dtype: 'float32' }),
    dataIdMap: { get: () => ({ memoryOffset: 0 }) },
    disposeData: (dataId: object) => disposed.push(dataId),
    wasm: { _malloc: () => 0, _free: () => undefined },
  };
  return { heap: new Heap(backend as never, new WebAssembly.Memory({ initial: 1 }), {} as never), disposed };
}

test('a full memory is an error, not a write to address 0', () => {
  const { heap, disposed } = fullBackend();
  expect(() => heap.allocate([1024, 1024])).toThrow('wasm: no room for 4 MiB more');
  expect(disposed).toHaveLength(1);
  expect(() => heap.run([['activate', 0, 0, 0, 0]], 2 ** 18)).toThrow('wasm: no room for 1 MiB more');
});
