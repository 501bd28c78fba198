import { readdirSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packRecipe, unpackRecipe } from '../../../src/ui/fine-tune/recipe-link';

const FOLDER = 'configs/experiments';
const RECIPES = readdirSync(FOLDER).map((name) => readFileSync(`${FOLDER}/${name}`, 'utf8'));

describe('a recipe in a link', () => {
  it('is the same recipe, whichever it is, and short enough to be sent', async () => {
    for (const yaml of [...RECIPES, 'name: “Tübingen” → 東京\n']) {
      const packed = await packRecipe(yaml);
      expect(packed).toMatch(/^[\w-]+$/);
      expect(packed.length).toBeLessThan(3000);
      expect(await unpackRecipe(packed)).toBe(yaml);
    }
  });

  it('that was cut off or changed is refused, wherever', async () => {
    const packed = await packRecipe(RECIPES[0]!);
    for (const length of [1, 2, 5, 40, packed.length >> 1, packed.length - 2]) {
      await expect(unpackRecipe(packed.slice(0, length))).rejects.toThrow(/link is damaged/);
    }
    for (const place of [0, 3, 50, packed.length >> 1, packed.length - 4]) {
      const letter = packed[place] === 'A' ? 'B' : 'A';
      const changed = packed.slice(0, place) + letter + packed.slice(place + 1);
      await expect(unpackRecipe(changed)).rejects.toThrow(/link is damaged/);
    }
  });

  it('that holds something else is refused, with the reason', async () => {
    const holding = (content: Uint8Array) => unpackRecipe(deflateSync(content).toString('base64url'));
    await expect(unpackRecipe('')).rejects.toThrow(/damaged/);
    await expect(unpackRecipe('not a link!')).rejects.toThrow(/letters that no link has/);
    await expect(holding(Buffer.from('  \n'))).rejects.toThrow(/no recipe in it/);
    await expect(holding(Uint8Array.of(255, 254, 0))).rejects.toThrow(/missing or changed/);
    await expect(holding(new Uint8Array(30_000_000))).rejects.toThrow(/far larger than a recipe/);
  });
});
