import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from '../../src/formats/float16';
import { openSafetensors, safetensorsBlob } from '../../src/formats/safetensors';
import { all } from './source';

const golden = (name: string) => readFileSync(new URL(`../goldens/${name}`, import.meta.url));

/** A file by hand: any header, any data. */
function fileOf(header: unknown, dataBytes: number, lengthField?: bigint): Blob {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, lengthField ?? BigInt(json.length), true);
  return new Blob([length, json, new Uint8Array(dataBytes)]);
}
const f32 = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

describe('safetensors', () => {
  it('are read as the reference library wrote them, in its own dtypes', async () => {
    const expected = JSON.parse(golden('safetensors.json').toString()) as {
      tensors: Record<string, { dtype: string; shape: number[]; values: (number | string)[] }>;
    };
    const file = await openSafetensors('golden', new Blob([golden('safetensors.safetensors')]));
    expect(file.metadata).toEqual({ format: 'pt' });
    expect(file.skipped.map(({ name }) => name).sort()).toEqual(['ids32', 'position_ids']);
    const read = await all(file);
    expect(read.map(({ name }) => name).sort()).toEqual(Object.keys(expected.tensors).sort());
    for (const { name, shape, values } of read) {
      expect(shape).toEqual(expected.tensors[name]!.shape);
      expect([...values]).toEqual(expected.tensors[name]!.values.map(Number));
      expect((await file.read(name)).values).toEqual(values);
    }
  });

  it('written and read are the same in F32, and rounded in F16', async () => {
    const tensor = fc.array(fc.float({ noNaN: true }), { minLength: 0, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(tensor, { maxLength: 5 }), async (tensors) => {
        const arrays = tensors.map((values, i) => ({
          name: `layer.${i}.ü`,
          shape: [values.length, 1],
          values: Float32Array.from(values),
        }));
        expect(await all(await openSafetensors('f', await safetensorsBlob(arrays, arrays)))).toEqual(arrays);
        const halves = await all(await openSafetensors('f', await safetensorsBlob(arrays, arrays, { dtype: 'F16' })));
        expect(halves).toEqual(
          arrays.map((array) => ({ ...array, values: float16ToFloat32(float32ToFloat16(array.values)) })),
        );
      }),
    );
  });

  it('put their data at a multiple of 8 bytes', async () => {
    for (const name of ['a', 'ab', 'abc', 'abcd']) {
      const blob = await safetensorsBlob([{ name, shape: [1] }], [{ name, shape: [1], values: Float32Array.of(1) }]);
      expect((blob.size - 4) % 8).toBe(0);
    }
  });

  it('are not written other than the header promises', async () => {
    const array = { name: 'w', shape: [2], values: Float32Array.of(1, 2) };
    await expect(safetensorsBlob([{ name: 'v', shape: [2] }], [array])).rejects.toThrow(
      'expected tensor v [2], found w with 2 values',
    );
    await expect(safetensorsBlob([{ name: 'w', shape: [3] }], [array])).rejects.toThrow(
      'expected tensor w [3], found w with 2 values',
    );
    await expect(safetensorsBlob([array, { name: 'x', shape: [1] }], [array])).rejects.toThrow(
      'expected 2 tensors, found 1',
    );
    await expect(safetensorsBlob([], [array])).rejects.toThrow('expected no more tensors');
    await expect(safetensorsBlob([array, array], [array, array])).rejects.toThrow('tensor w twice');
  });

  it('have other values read only when asked for', async () => {
    const arrays = Array.from({ length: 4 }, (_, i) => ({
      name: `${i}`,
      shape: [1000],
      values: new Float32Array(1000).fill(i),
    }));
    const blob = await safetensorsBlob(arrays, arrays);
    const file = await openSafetensors('f', blob);
    const slices: number[] = [];
    const slice = blob.slice.bind(blob);
    blob.slice = (from, to) => {
      slices.push(to! - from!);
      return slice(from, to);
    };
    for await (const { name } of file) if (name === '1') break;
    expect(slices).toEqual([4000, 4000]);
  });

  it.each<[string, Blob, string]>([
    ['an empty file', new Blob([]), 'expected a safetensors file, found 0 bytes: it is cut off'],
    [
      'a header longer than the file',
      fileOf('{}', 0, 500n),
      'expected a header of 500 bytes, found 2: the file is cut off',
    ],
    [
      'an absurd header length',
      fileOf('{}', 0, 1n << 60n),
      'found a length of 1152921504606847000: not a safetensors file',
    ],
    ['a header that is no JSON', fileOf('{"a":', 0), 'expected a JSON header, found '],
    ['a header that is no object', fileOf('[1]', 0), 'expected a JSON object as header'],
    ['a truncated file', fileOf({ 'a.weight': f32([4], 0, 16) }, 12), 'tensor a.weight: expected bytes up to'],
    [
      'an overlap',
      fileOf({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12),
      'tensor b: expected its bytes to begin at 8, found 4: it overlaps',
    ],
    [
      'a hole',
      fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12),
      'tensor b: expected its bytes to begin at 4, found 8: there is a hole',
    ],
    ['bytes left over', fileOf({ a: f32([1], 0, 4) }, 12), 'expected the tensors to end at byte'],
    [
      'an unknown dtype',
      fileOf({ a: { dtype: 'F4', shape: [1], data_offsets: [0, 4] } }, 4),
      'tensor a: expected dtype F32, ',
    ],
    [
      'a wrong size',
      fileOf({ a: f32([3], 0, 8) }, 8),
      'tensor a: expected 12 bytes for F32 [3], found data_offsets of 8',
    ],
    ['a bad shape', fileOf({ a: f32([-1], 0, 4) }, 4), 'tensor a: expected a shape of whole numbers, found [-1]'],
    [
      'no offsets',
      fileOf({ a: { dtype: 'F32', shape: [1] } }, 4),
      'tensor a: expected two data_offsets, found undefined',
    ],
    ['an entry that is null', fileOf({ a: null }, 4), 'tensor a: expected dtype'],
  ])('are refused with the reason: %s', async (_, data, message) => {
    const opened = openSafetensors('model.safetensors', data);
    await expect(opened).rejects.toThrow(message);
    await expect(opened).rejects.toThrow(/^model\.safetensors: /);
  });

  it('name a tensor that is not there', async () => {
    const file = await openSafetensors('m', fileOf({ ids: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, 8));
    await expect(file.read('ids')).rejects.toThrow('m: expected a float tensor ids, found none of that name');
  });
});

describe('half floats', () => {
  it('all come back from float32', () => {
    const halves = Uint16Array.from({ length: 0x10000 }, (_, i) => i);
    const back = float32ToFloat16(float16ToFloat32(halves));
    for (const half of halves) {
      const isNaN = (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0;
      if (isNaN) expect(float16ToFloat32(Uint16Array.of(back[half]!))[0]).toBeNaN();
      else if (back[half] !== half) expect.fail(`half ${half.toString(16)} came back as ${back[half]!.toString(16)}`);
    }
  });

  it('are the nearest ones, ties to even', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const [half] = float32ToFloat16(Float32Array.of(value));
        const [rounded, below, above] = float16ToFloat32(Uint16Array.of(half!, half! - 1, half! + 1));
        const error = Math.abs(rounded! - value);
        for (const neighbour of [below!, above!])
          if (Number.isFinite(neighbour) && Math.sign(neighbour) === Math.sign(rounded!)) {
            const other = Math.abs(neighbour - value);
            expect(error < other || (error === other && half! % 2 === 0)).toBe(true);
          }
      }),
      { numRuns: 2000 },
    );
  });

  it('have known values', () => {
    const values = Float32Array.of(1, -2, 65504, 65519.99, 65520, 2 ** -24, 2 ** -25, 1.1 * 2 ** -25, 0, -0, Infinity);
    expect([...float32ToFloat16(values)].map((half) => half.toString(16))).toEqual(
      ['3c00', 'c000', '7bff', '7bff', '7c00', '1', '0', '1', '0', '8000', '7c00'], // prettier-ignore
    );
    expect([...bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc000, 0x7f80))]).toEqual([1, -2, Infinity]);
  });
});
