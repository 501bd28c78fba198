/** A recipe in words, before it starts. */
import { LOSS_WORDS } from '../../recipes/losses';
import type { Recipe, Stage } from '../../recipes/recipe';
import { count, counted, significant } from '../words/numbers';

/** One sentence a stage. */
export function stageInWords({ name, sampling, training }: Stage, maxLength: number): string {
  const lists = `${counted(training.queriesPerBatch, 'query', 'queries')} × ${counted(sampling.trainSampleSize, 'passage')}`;
  const bounds = [
    ...(training.maxSteps > 0 ? [counted(training.maxSteps, 'update')] : []),
    ...(training.maxEpochs > 0 ? [counted(training.maxEpochs, 'epoch')] : []),
  ].join(' or ');
  const batch = `${lists} × up to ${count(maxLength)} tokens`;
  const times = training.accumulate > 1 ? `, ${count(training.accumulate)} times an update` : '';
  return `${name}: ${batch}${times}; ${bounds} at ${significant(training.learningRate)}, ${LOSS_WORDS[training.loss].aim}.`;
}

/** The whole plan, a line each. */
export function planInWords(recipe: Recipe): string[] {
  const { stages, model, evaluation } = recipe;
  const tests = evaluation.testSets.map((set) => set.name).join(', ');
  const { lora } = model;
  return [
    ...stages.map((stage) => stageInWords(stage, model.maxLength)),
    ...(lora
      ? [
          `Only LoRA’s matrices of rank ${lora.rank} beside ${lora.targets.join(', ')}, and the classifier, are trained.`,
        ]
      : []),
    tests
      ? `Then the first ${count(evaluation.depth)} passages of each query of ${tests} are re-ranked and measured.`
      : 'Nothing is measured at the end: add a test set to see what it gained.',
  ];
}
