import type { Recipe } from '../../../recipes/recipe';
import type { TrainingLists } from './training-lists';

/** The versions that the project was checked with (tests/oracle/fit-lightning-ir.py). */
export const CHECKED_WITH = { lightningIr: '0.0.6', transformers: '>=4.50,<5' };

export interface StageWords {
  /** Config file. */
  config: string;
  /** Name in tables. */
  system: string;
  queries: number;
  dropped: TrainingLists['dropped'];
  devices: { queriesPerBatch: number; accumulate: number };
}

/** What the folder is, how to run it, and where Lightning IR does otherwise than the studio. */
export function readme(recipe: Recipe, stages: readonly StageWords[], reRanks: boolean, last: string): string {
  const left = stages.flatMap(({ system, dropped }) =>
    dropped.map(({ reason, count }) => `- ${system}: ${count} queries are left out: ${reason}.`),
  );
  const commands = [
    ...stages.map(({ config }) => `lightning-ir fit --config ${config}`),
    ...(reRanks ? ['lightning-ir re_rank --config re-rank.yaml'] : []),
  ];
  return `# ${recipe.name}

${recipe.description ? `${recipe.description}\n\n` : ''}An experiment of Rerank Studio as a [Lightning IR](https://github.com/webis-de/lightning-ir) project, for machines with more
than one GPU.

    pip install 'lightning-ir==${CHECKED_WITH.lightningIr}' 'transformers[torch]${CHECKED_WITH.transformers}'
${commands.map((command) => `    ${command}`).join('\n')}

Run the commands in this folder and in this order${stages.length > 1 ? ': each stage starts from the checkpoint of the one before it' : ''}.
The last checkpoint is \`${last}\`: Rerank Studio imports that folder.

${stages
  .map(
    ({ config, system, queries, devices }) =>
      `- \`${config}\`: ${system}, ${queries} queries, ${devices.queriesPerBatch} a batch × ${devices.accumulate} batches an update on **each** GPU. ` +
      'On n GPUs an update sees n times as many: divide `accumulate_grad_batches` by n to keep it as it is.',
  )
  .join('\n')}
- \`rerank_studio.py\`: what Lightning IR does not have (the classification head, frozen position embeddings, WeightedRankNet).
- \`data/\`: queries, runs, judgements, and the documents that the runs name (not the whole collection).
- \`--trainer.precision 16-mixed\` or \`bf16-mixed\` after a command trains in half precision.

## Where it differs from the studio

- What is drawn at random is drawn by other random numbers: lists, their order, dropout. Losses agree where nothing is random.
- Losses are the mean over a batch, as in the studio. Lightning divides by \`accumulate_grad_batches\` even where an epoch's last
  update has fewer batches; the studio divides by as many as there are.
- A list without a relevant document teaches LocalizedContrastive nothing and is skipped by the studio; InfoNCE of Lightning IR would
  train it towards its first document. Lists drawn as \`top\` without one are left out of the run here.
- Validation measures nDCG@10 and RR@10, not the loss, which Lightning IR ${CHECKED_WITH.lightningIr} cannot compute there; so there is no early stopping.
- On several GPUs Lightning shuffles the queries even where the recipe does not.
- Lists are not shuffled: the losses do not depend on a list's order.
${left.length > 0 ? `\n## Left out\n\n${left.join('\n')}\n` : ''}`;
}
