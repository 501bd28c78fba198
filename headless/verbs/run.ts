import { join } from 'node:path';
import { reportToMarkdown } from '../../src/experiments/report.ts';
import { runRecipe } from './run-recipe.ts';
import { text, type Verb } from './verb.ts';

export const run: Verb = {
  summary: 'a whole experiment, all stages: runs, checkpoints, report.md, report.json',
  flags: {
    recipe: { value: 'FILE', help: 'YAML, as in configs/experiments', required: true },
    set: { value: 'a.b=c', help: 'a value of the recipe; may be repeated', repeated: true },
    resume: { help: 'go on with the newest unfinished run of this recipe' },
  },
  async run(session, flags, json) {
    const seed = text(flags, 'seed');
    const written = await runRecipe(session, {
      recipeFile: text(flags, 'recipe')!,
      overrides: [
        ...(seed === undefined ? [] : [`training.seed=${seed}`]),
        ...((flags['set'] as string[] | undefined) ?? []),
      ],
      resume: flags['resume'] === true,
    });
    const { report, checkpoints, runs } = written;
    if (!report) throw new Error('the experiment ended before its report; go on with it by --resume');
    if (json) console.log(JSON.stringify(report));
    else {
      console.log(reportToMarkdown(report));
      console.log(`wrote ${join(session.output, 'report.md')}, ${checkpoints.length} checkpoints, ${runs.length} runs`);
    }
  },
};
