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

  it('has a sentence on each loss', () => {
    const { control } = fields.find(({ key }) => key === 'loss')!;
    if (control.kind !== 'choice') throw new Error('no choice');
    for (const name of control.choices) expect(control.notes?.[String(name)]).toMatch(/^Learns to .*[^.]\.$/);
  });

  it('shows the defaults that a recipe gets', () => {
    const recipe = parseRecipe(`objective: ${objective}`, 'x.yaml');
    const blocks = { model: recipe.model, ...recipe.stages[0]! } as unknown as Record<string, Record<string, unknown>>;
    for (const field of fields) expect(field.default, field.key).toEqual(blocks[field.block]![field.key]);
  });

  it('offers values that the recipe takes', () => {
    // The one that does not go with the rest of its objective: ranks are no labels from 0 to 1.
    const misfits = objective === 'KD' ? ['BinaryCrossEntropy'] : [];
    for (const { block, key, control } of fields) {
      const values =
        control.kind === 'choice'
          ? control.choices
          : control.kind === 'several'
            ? control.choices.map((choice) => `[${choice}]`)
            : { text: ['x'], flag: [true, false], whole: [200], number: [0.5] }[control.kind];
      for (const value of values.filter((value) => !misfits.includes(String(value)))) {
        expect(() => parseRecipe(`objective: ${objective}`, 'x.yaml', [`${block}.${key}=${value}`])).not.toThrow();
      }
    }
  });
});
