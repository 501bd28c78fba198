/** Whole experiments in a sentence: a preset and what the sentence changes in it. */
import type { Path } from '../fine-tune/recipe-document';
import { PRESETS } from '../fine-tune/presets';

export interface Sentence {
  words: string;
  preset: string;
  set: [Path, unknown][];
}

export const SENTENCES: Sentence[] = [
  {
    words: 'Tune MiniLM on 200 queries of my own, with contrastive lists of 8.',
    preset: 'laptop-cl',
    // 4 queries a batch, 2 batches a step: 25 steps see 200 lists.
    set: [
      [['training', 'maxSteps'], 25],
      [['training', 'warmupSteps'], 3],
      [['training', 'validateEvery'], 5],
      [['training', 'checkpointEvery'], 0],
    ],
  },
  {
    words: 'Tune only small adapters of RoBERTa on my judgements: LoRA of rank 8, short inputs.',
    preset: 'laptop-cl',
    set: [
      [['model', 'base'], 'FacebookAI/roberta-base'],
      [['model', 'maxLength'], 128],
      [['model', 'lora'], { rank: 8 }],
      [['training', 'learningRate'], 2e-4],
    ],
  },
  {
    words: 'On the demo, learn from the teacher first and from the labels second, in lists of 8.',
    preset: 'demo-kd-cl',
    set: [],
  },
  {
    words: 'Reproduce the study on a laptop: ELECTRA, labels first, then RankGPT’s lists.',
    preset: 'laptop-electra-cl-kd',
    set: [],
  },
];

/** The recipe of a sentence. @throws when its preset is gone. */
export async function recipeOf({ preset, set }: Sentence): Promise<string> {
  const yaml = PRESETS.find(({ name }) => name === preset)?.yaml;
  if (yaml === undefined) throw new Error(`there is no recipe ${preset}`);
  const { writeValue } = await import('../fine-tune/recipe-document');
  return set.reduce((text, [path, value]) => writeValue(text, path, value), yaml);
}
