import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/formats/crc32c';
import { tensorBoardFile, type ScalarEvent } from '../../src/formats/tensorboard-events';
import golden from '../goldens/tensorboard.json';

describe('crc32c', () => {
  // RFC 3720, appendix B.4.
  it.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    [Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    [new TextEncoder().encode('123456789'), 0xe3069283],
  ])('of the standard’s examples', (bytes, crc) => {
    expect(crc32c(bytes)).toBe(crc);
  });
});

describe('tensorBoardFile', () => {
  it('has the bytes that tensorboard writes', () => {
    const bytes = tensorBoardFile(golden.startedAt, golden.events as unknown as ScalarEvent[]);
    expect(Buffer.from(bytes).toString('base64')).toBe(golden.base64);
  });
});
