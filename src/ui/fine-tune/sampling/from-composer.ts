/** From a stage of the recipe that is being put together to the page that shows what it draws. */
import { router } from '../../router.svelte';
import { checkRecipe } from '../check-recipe';
import { composer, DATA_KEYS } from '../composer.svelte';
import { differentOptions, toSamplingAddress } from './sampling-address';

/** Goes there, with what was changed in the preset. @param place of the stage, from 0 */
export function showStage(place: number): void {
  const { preset, recipe } = composer;
  const stage = recipe?.stages[place];
  if (!preset || !stage) return;
  const stages = checkRecipe(preset.yaml).recipe?.stages;
  const original = stages?.[place] ?? stages?.[0];
  const names = DATA_KEYS.map((key) => [key, stage.data?.[key]] as const);
  router.go(
    'fine-tune',
    ['sampling'],
    toSamplingAddress({
      recipe: preset.name,
      stage: place,
      data: Object.fromEntries(
        names.filter(([key, name]) => typeof name === 'string' && name !== original?.data?.[key]),
      ) as Record<string, string>,
      sampling: original ? differentOptions(stage.sampling, original.sampling) : {},
      ...(stage.training.seed === original?.training.seed ? {} : { seed: stage.training.seed }),
      epoch: 0,
    }),
  );
}
