import { expect, it } from 'vitest';
import { checkRecipe } from '../../../src/ui/fine-tune/check-recipe';
import { recipeOf, SENTENCES } from '../../../src/ui/home/sentences';

it.each(SENTENCES)('“$words” is a recipe that says so', async (sentence) => {
  const { recipe, problems } = checkRecipe(await recipeOf(sentence));
  expect(problems).toEqual([]);
  const { words } = sentence;
  const stages = recipe!.stages;
  const objectives = stages.map(({ objective }) => objective).join('→');

  const lists = /lists of (\d+)/.exec(words)?.[1];
  if (lists) for (const { sampling } of stages) expect(sampling.trainSampleSize).toBe(Number(lists));
  const queries = /on (\d+) queries/.exec(words)?.[1];
  if (queries) {
    const { queriesPerBatch, accumulate, maxSteps } = stages[0]!.training;
    expect(queriesPerBatch * accumulate * maxSteps!).toBe(Number(queries));
  }
  const rank = /LoRA of rank (\d+)/.exec(words)?.[1];
  expect(recipe!.model.lora?.rank).toBe(rank ? Number(rank) : /ELECTRA/.test(words) ? 16 : undefined);
  const family = /MiniLM|RoBERTa|ELECTRA/.exec(words)?.[0];
  if (family) expect(recipe!.model.base.toLowerCase()).toContain(family.toLowerCase());
  if (/contrastive|judgements/.test(words)) expect(objectives).toBe('CL');
  if (/teacher first/.test(words)) expect(objectives).toBe('KD→CL');
  if (/labels first/.test(words)) expect(objectives).toBe('CL→KD');
});
