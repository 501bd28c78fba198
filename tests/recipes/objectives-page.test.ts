import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LORA_TARGETS } from '../../src/models/lora-options';
import { LOSS_WORDS } from '../../src/recipes/losses';

const page = readFileSync(new URL('../../docs/objectives.md', import.meta.url), 'utf8');
/** Cells without the spaces that align them. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

it('docs/objectives.md has every loss as the recipes know it', () => {
  const expected = Object.entries(LOSS_WORDS).map(([name, { aim, labels, objective, paper }]) => [
    name,
    aim,
    labels,
    objective,
    `<${paper}>`,
  ]);
  expect(rows.filter(([name]) => name! in LOSS_WORDS)).toEqual(expected);
});

it('docs/objectives.md names every layer that LoRA may stand beside', () => {
  const [, , meaning] = rows.find(([name]) => name === '`targets`')!;
  for (const target of LORA_TARGETS) expect(meaning).toContain(`\`${target}\``);
});
