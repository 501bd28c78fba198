import { join } from 'node:path';
import { reportToMarkdown } from '../../src/experiments/report.ts';
import type { Flags } from '../flags.ts';
import { checkRecipe, readRecipe, runRecipe, type RecipeRun } from './run-recipe.ts';
import { readAxes, sweep } from './sweep.ts';
import { text, type Verb } from './verb.ts';

export const run: Verb = {
  summary: 'a whole experiment, all stages: runs, checkpoints, report.md, report.json',
  flags: {
    recipe: { value: 'FILE', help: 'YAML, as in configs/experiments, or a report.json to run again', required: true },
    data: { value: 'DIR', help: 'where public data lie, as configs/data says (data)' },
    set: { value: 'a.b=c', help: 'a value of the recipe; may be repeated', repeated: true },
    sweep: { value: 'a.b=c,d,e', help: 'several values, an experiment each; repeated: a grid', repeated: true },
    check: { help: 'look up all that it reads, and begin nothing' },
    resume: { help: 'go on with the newest unfinished run of this recipe' },
  },
  async run(session, flags, json) {
    const seed = text(flags, 'seed');
    const dataFolder = text(flags, 'data');
    const request: RecipeRun = {
      recipeFile: text(flags, 'recipe')!,
      overrides: [
        ...(seed === undefined ? [] : [`training.seed=${seed}`]),
        ...((flags['set'] as string[] | undefined) ?? []),
      ],
      resume: flags['resume'] === true,
      ...(dataFolder === undefined ? {} : { dataFolder }),
    };
    const axes = readAxes((flags['sweep'] as string[] | undefined) ?? []);
    refuseTogether(flags);
    if (flags['check'] === true) {
      const read = await readRecipe(request);
      await checkRecipe(session, read);
      console.log(
        json ? JSON.stringify({ checked: read.recipe.name }) : `${read.recipe.name}: all that it reads is there`,
      );
      return;
    }
    if (axes.length > 0) {
      const { sweep: done, table } = await sweep(session, request, axes);
      console.log(json ? JSON.stringify(done) : `${table}\n\nwrote ${join(session.output, 'sweep.md')}`);
      return;
    }
    const { report, checkpoints, runs } = await runRecipe(session, request);
    if (!report) throw new Error('the experiment ended before its report; go on with it by --resume');
    if (json) console.log(JSON.stringify(report));
    else {
      console.log(reportToMarkdown(report));
      console.log(`wrote ${join(session.output, 'report.md')}, ${checkpoints.length} checkpoints, ${runs.length} runs`);
    }
  },
};

function refuseTogether(flags: Flags): void {
  if (flags['sweep'] && flags['resume']) throw new Error('--resume: a sweep goes on by itself; leave it out');
  if (flags['sweep'] && flags['check']) throw new Error('--check: a sweep checks before it begins; leave --sweep out');
}
