import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { FormatError } from '../../src/formats/format-error';
import { openTorchBin } from '../../src/formats/torch-bin';
import expected from '../goldens/torch-bin/torch-bin.json';
import { all } from './source';

const bytesOf = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../goldens/torch-bin/${name}`, import.meta.url)));
const open = (name: string) => openTorchBin(name, new Blob([bytesOf(name)]));
const values: Record<string, { shape: number[]; values: number[] }> = expected;

/** A pickle of protocol 2 by hand, after the old format's magic number. */
const legacy = (...bytes: (number | string)[]) =>
  new Blob([
    bytesOf('legacy.bin').slice(0, 15),
    ...bytes.map((part) => (typeof part === 'string' ? part : Uint8Array.of(part))),
  ]);

describe('files of PyTorch', () => {
  it.each(['zip.bin', 'legacy.bin', 'deflated.bin'])(
    '%s is read as torch wrote it: dtypes, strides, shared values',
    async (name) => {
      const file = await open(name);
      expect(file.skipped.map(({ name, dtype }) => `${name} ${dtype}`).sort()).toEqual([
        'mask BOOL',
        'position_ids I64',
      ]);
      expect(file.tensors.map(({ name }) => name)).toEqual(Object.keys(values));
      const read = await all(file);
      for (const { name, shape, values: found } of read) {
        expect({ shape, values: [...found] }, name).toEqual(values[name]);
        expect((await file.read(name)).values).toEqual(found);
      }
      expect(Object.fromEntries(file.tensors.map(({ name, dtype }) => [name, dtype]))).toMatchObject({
        'encoder.weight': 'F32',
        half: 'F16',
        brain: 'BF16',
        double: 'F64',
      });
    },
  );

  it.each(['zip.bin', 'legacy.bin'])('of %s only the bytes of the tensor that is asked for are read', async (name) => {
    const bytes = bytesOf(name);
    const padded = new Blob([bytes]);
    const file = await openTorchBin(name, padded);
    const read: number[] = [];
    const slice = padded.slice.bind(padded);
    padded.slice = (from, to) => {
      const part = slice(from, to);
      const arrayBuffer = part.arrayBuffer.bind(part);
      part.arrayBuffer = () => (read.push(part.size), arrayBuffer());
      const inner = part.slice.bind(part);
      part.slice = (from, to) => {
        const cut = inner(from, to);
        read.push(cut.size);
        return cut;
      };
      return part;
    };
    await file.read('cut');
    // Two rows of a [4, 6]: from value 8 to value 16; and of a zip the entry's local header.
    expect(read.filter((size) => size !== 30)).toEqual([9 * 4]);
  });

  it('may have their weights under state_dict', async () => {
    const file = await open('nested.bin');
    expect(file.tensors).toEqual([{ name: 'w', dtype: 'F32', shape: [2] }]);
  });

  it('have no tensor of a name that is not there, or holds no floats', async () => {
    const file = await open('zip.bin');
    await expect(file.read('nothing')).rejects.toThrow('zip.bin: expected a float tensor nothing, found none');
    await expect(file.read('position_ids')).rejects.toThrow('expected a float tensor position_ids, found none');
  });

  it.each([
    ['evil.bin', 'expected nothing but tensors, found the Python object posix.system, which is not run'],
    ['evil-legacy.bin', 'expected nothing but tensors, found the Python object posix.system, which is not run'],
    [
      'whole-module.bin',
      'expected nothing but tensors, found the Python object torch.nn.modules.linear.Linear, which is not run: save the weights alone',
    ],
    ['list.bin', 'expected a state dict, found something else'],
  ])('%s is refused: nothing is run', async (name, message) => {
    await expect(open(name)).rejects.toThrow(`${name}: ${message}`);
    await expect(open(name)).rejects.toThrow(FormatError);
  });

  it.each<[string, Blob, string | RegExp]>([
    ['an empty file', new Blob([]), 'expected a file of PyTorch, found another format'],
    ['a file of another kind', new Blob(['{"a": 1}'.repeat(9)]), 'expected a file of PyTorch, found another format'],
    [
      'another zip',
      new Blob([bytesOf('zip.bin').slice(0, -40)]),
      'expected the end of a zip file, found none: it is cut off',
    ],
    ['a pickle that goes back', legacy(0x80, 2, 0x42, 0xfb, 0xff, 0xff, 0xff), 'expected a length, found -5'],
    ['an unknown version', legacy(0x80, 2, 0x4b, 7, 0x2e), "expected version 1001 of PyTorch's old format, found 7"],
    ['a pickle cut off', legacy(0x80, 2, 0x4d), 'found damaged or unknown data near byte'],
    ['values cut off', new Blob([bytesOf('legacy.bin').slice(0, -4)]), /values \S+: expected .* cut off/],
  ])('are refused with the reason: %s', async (_, data, message) => {
    await expect(openTorchBin('pytorch_model.bin', data)).rejects.toThrow(message);
    await expect(openTorchBin('pytorch_model.bin', data)).rejects.toThrow(/^pytorch_model\.bin: /);
  });

  it('with any bytes changed are read or refused, never anything else', async () => {
    // The parser warns of numbers that are too large for it.
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    for (const name of ['zip.bin', 'legacy.bin']) {
      const bytes = bytesOf(name);
      const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) });
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
          const changed = bytes.slice();
          for (const { at, byte } of changes) changed[at] = byte;
          try {
            await openTorchBin(name, new Blob([changed]));
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        }),
        { numRuns: 300 },
      );
    }
  });
});
