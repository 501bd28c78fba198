import { describe, expect, it } from 'vitest';
import { formFields } from '../../src/recipes/form-fields';
import { parseRecipe } from '../../src/recipes/parse-recipe';

describe.each(['CL', 'KD'] as const)('the form of a %s stage', (objective) => {
  const fields = formFields(objective);

  it('has a label and one sentence of help for each field', () => {
    for (const { key, label, help } of fields) {
      expect(label, key).toMatch(/^[A-Z][^.]*$/);
      expect(help, key).toMatch(/^[A-Z].*\.$/);
      expect(help.slice(0, -1), key).not.toMatch(/\. [A-Z]/);
    }
  });

  it('shows the defaults that a recipe gets', () => {
    const recipe = parseRecipe(`objective: ${objective}`, 'x.yaml');
    const blocks = { model: recipe.model, ...recipe.stages[0]! } as unknown as Record<string, Record<string, unknown>>;
    for (const field of fields) expect(field.default, field.key).toEqual(blocks[field.block]![field.key]);
  });

  it('offers values that the recipe takes', () => {
    for (const { block, key, control } of fields) {
      const values =
        control.kind === 'choice'
          ? control.choices
          : { text: ['x'], flag: [true, false], whole: [200], number: [0.5] }[control.kind];
      for (const value of values) {
        expect(() => parseRecipe(`objective: ${objective}`, 'x.yaml', [`${block}.${key}=${value}`])).not.toThrow();
      }
    }
  });
});
