import { CHECKPOINT_FORMATS, type CheckpointFormat } from '../../src/experiments/exports/checkpoint-formats.ts';
import type { Flags } from '../flags.ts';
import type { Session } from '../session.ts';
import { checkRecipe, readRecipe, runRequest } from './run-recipe.ts';
import { text, type Verb } from './verb.ts';

const PROJECT = 'lightning-ir';
const FORMATS = [...Object.keys(CHECKPOINT_FORMATS), PROJECT];

export const exportVerb: Verb = {
  summary: 'a checkpoint for other programs, or an experiment as a Lightning IR project',
  flags: {
    format: { value: FORMATS.join('|'), help: 'what to write', required: true },
    checkpoint: { value: 'DIR|ID', help: `${Object.keys(CHECKPOINT_FORMATS).join(', ')}: the checkpoint` },
    recipe: { value: 'FILE', help: `${PROJECT}: the experiment's recipe, YAML or a report.json` },
    data: { value: 'DIR', help: 'where public data lie, as configs/data says (data)' },
    set: { value: 'a.b=c', help: 'a value of the recipe; may be repeated', repeated: true },
  },
  async run(session, flags, json) {
    const format = text(flags, 'format')!;
    if (format === PROJECT) await writeProject(session, flags);
    else if (Object.hasOwn(CHECKPOINT_FORMATS, format)) {
      const checkpoint = await session.app.importCheckpoint(await session.offerCheckpoint(need(flags, 'checkpoint')));
      await session.app.writeCheckpoint(checkpoint, '', format as CheckpointFormat);
    } else throw new Error(`--format: expected ${FORMATS.join(', ')}, found ${format}`);
    console.log(json ? JSON.stringify({ written: session.output }) : `wrote ${session.output}`);
  },
};

function need(flags: Flags, name: string): string {
  const value = text(flags, name);
  if (value === undefined) throw new Error(`--${name} is missing: --format ${text(flags, 'format')} needs it`);
  return value;
}

async function writeProject(session: Session, flags: Flags): Promise<void> {
  const seed = text(flags, 'seed');
  const dataFolder = text(flags, 'data');
  const read = await readRecipe({
    recipeFile: need(flags, 'recipe'),
    overrides: [
      ...(seed === undefined ? [] : [`training.seed=${seed}`]),
      ...((flags['set'] as string[] | undefined) ?? []),
    ],
    resume: false,
    ...(dataFolder === undefined ? {} : { dataFolder }),
  });
  await checkRecipe(session, read);
  await session.app.writeProject(await runRequest(session, read));
}
