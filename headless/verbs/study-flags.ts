/**
 * The flags of the study's own scripts, `ft-monoencoder.sh` and `inference-monoencoder.sh` of github.com/fpezzuti/multistage-finetuning
 * (its README and these two files, commit 580342c):
 *
 *   -f 1|2                    fine-tuning stage; the second starts from the first stage's checkpoint of the other objective
 *   -c bert|electra|roberta   cross-encoder
 *   -m CL|KD                  objective (the scripts call it mode)
 *   -l 1e-5                   learning rate
 *   -b 16                     batch size: queries of a training batch; of re-ranking, where it changes nothing but memory, pairs
 *   -d indomain|outdomain     test sets: MS MARCO's, or BEIR's
 *
 * `-g`, the GPU, has no counterpart: the browser chooses.
 */
import { join } from 'node:path';
import { PROJECT } from '../build-app.ts';
import type { Flag, Flags } from '../flags.ts';
import { text } from './verb.ts';

export const STUDY_FLAGS = {
  stage: { short: 'f', value: '1|2', help: "the study's fine-tuning stage, with -c and -m" },
  encoder: { short: 'c', value: 'bert|electra|roberta', help: "the study's cross-encoder" },
  objective: { short: 'm', value: 'CL|KD', help: "the study's objective" },
  domain: { short: 'd', value: 'indomain|outdomain', help: "the study's test sets: MS MARCO's or BEIR's" },
} satisfies Record<string, Flag>;

export const DOMAINS: Record<string, readonly string[]> = {
  indomain: ['dl19', 'dl20', 'dlhard', 'devsmall'],
  outdomain: ['climate-fever', 'dbpedia', 'nq', 'quora', 'scidocs', 'trec-covid', 'arguana'],
};

/** The study's setting of a second stage (`configs/optimizer_s2.yaml`). */
export const SECOND_STAGE_RATE = '6.0e-12';

export interface StudyRun {
  stage: 1 | 2;
  encoder: 'bert' | 'electra' | 'roberta';
  objective: 'CL' | 'KD';
}

/**
 * What `-f`, `-c` and `-m` ask for; undefined when none of them is given.
 * @param instead the long flag that says the same, and may not stand beside them
 * @throws naming the flag that is missing, wrong, or says what another one says.
 */
export function studyRun(flags: Flags, instead: string): StudyRun | undefined {
  const given = (['stage', 'encoder', 'objective'] as const).filter((name) => flags[name] !== undefined);
  if (given.length === 0) return undefined;
  const written = (name: (typeof given)[number]) => `-${STUDY_FLAGS[name].short}/--${name}`;
  if (flags[instead] !== undefined)
    throw new Error(`--${instead} and ${written(given[0]!)} say the same: give --${instead}, or -f, -c and -m`);
  return {
    stage: Number(oneOf(flags, 'stage', ['1', '2'])) as 1 | 2,
    encoder: oneOf(flags, 'encoder', ['bert', 'electra', 'roberta']),
    objective: oneOf(flags, 'objective', ['CL', 'KD']),
  };
}

/** The test sets that `-d` asks for; undefined when it is not given. */
export function domainOf(flags: Flags): readonly string[] | undefined {
  return flags['domain'] === undefined ? undefined : DOMAINS[oneOf(flags, 'domain', ['indomain', 'outdomain'])];
}

function oneOf<const T extends string>(flags: Flags, name: keyof typeof STUDY_FLAGS, values: readonly T[]): T {
  const given = text(flags, name);
  if (given === undefined)
    throw new Error(`-${STUDY_FLAGS[name].short}/--${name} ${STUDY_FLAGS[name].value} is missing`);
  if (!(values as readonly string[]).includes(given))
    throw new Error(`-${STUDY_FLAGS[name].short}/--${name}: expected ${values.join(' or ')}, found ${given}`);
  return given as T;
}

/**
 * The recipe that a run of the study is, with what is said over it.
 * @param given what other flags say: the learning rate, the checkpoint to start from
 */
export function studyRecipe(
  { stage, encoder, objective }: StudyRun,
  given: { rate: boolean; start: boolean },
): { recipeFile: string; overrides: string[] } {
  const name = `${encoder}-${objective.toLowerCase()}`;
  const recipeFile = join(PROJECT, 'configs', 'experiments', `${name}.yaml`);
  if (stage === 1) return { recipeFile, overrides: [] };
  const first = objective === 'CL' ? 'kd' : 'cl';
  return {
    recipeFile,
    overrides: [
      `name=${encoder}-${first}-${objective.toLowerCase()}`,
      ...(given.start ? [] : ['from=auto']),
      // Published values of this recipe are those of the first stage.
      'expected={}',
      ...(given.rate ? [] : [`training.learningRate=${SECOND_STAGE_RATE}`]),
    ],
  };
}
