/**
 * `npm run demo`: the main job on the embedded data. BM25, the model before training, stage 1, stage 1 → stage 2; both orders
 * of the two objectives. `--json` prints as its last line `{"nDCG@10": {"BM25": …, "CL": …, "CL→KD": …}}`.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BACKEND_FLAG, backendFlag, readFlags } from './flags.ts';
import { PROJECT } from './build-app.ts';
import { humanTime, showProgress } from './progress.ts';
import { openSession, temporaryProfile } from './session.ts';
import { runRecipe } from './verbs/run-recipe.ts';
import { pInWords, verdicts, type ReportedSystem } from '../src/experiments/report.ts';

const FLAGS = {
  json: { help: 'the nDCG@10 of each system as one JSON object, as the last line' },
  out: { value: 'DIR', help: 'where results are written (out/demo)' },
  backend: BACKEND_FLAG,
};
const RECIPES = ['demo-cl-kd', 'demo-kd-cl'];

function table(systems: readonly ReportedSystem[]): string {
  const measures = Object.keys(systems[0]!.mean);
  const width = Math.max(...systems.map(({ system }) => system.length)) + 2;
  const line = (name: string, cells: string[]) => name.padEnd(width) + cells.map((cell) => cell.padStart(10)).join('');
  return [
    line('', [...measures, `p ${measures[0]}`]),
    ...systems.map(({ system, mean, p }) =>
      line(system, [...measures.map((measure) => mean[measure]!.toFixed(4)), pInWords(p[measures[0]!])]),
    ),
  ].join('\n');
}

async function main(): Promise<void> {
  const started = Date.now();
  const flags = readFlags(FLAGS, process.argv.slice(2));
  const backend = backendFlag(flags);
  const output = (flags['out'] as string | undefined) ?? join('out', 'demo');
  const profile = temporaryProfile('demo');
  const systems = new Map<string, ReportedSystem>();
  const sentences: string[] = [];
  const wrote: string[] = [];
  try {
    for (const name of RECIPES) {
      const session = await openSession({ output: join(output, name), profile, ...(backend ? { backend } : {}) });
      try {
        session.onEvent(showProgress());
        const device = await session.app.open(backend);
        if (wrote.length === 0)
          console.error(`on ${device.adapter} (${device.backend})${device.because ? `: ${device.because}` : ''}`);
        await session.app.installDemo();
        const recipeFile = join(PROJECT, 'configs', 'experiments', `${name}.yaml`);
        const { report } = await runRecipe(session, { recipeFile, overrides: [], resume: false });
        if (!report) throw new Error(`${name}: ended without a report`);
        const [testSet] = report.testSets;
        for (const system of testSet!.systems) if (!systems.has(system.system)) systems.set(system.system, system);
        sentences.push(...verdicts(testSet!));
        wrote.push(session.output);
      } finally {
        await session.close();
      }
    }
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
  const all = [...systems.values()];
  console.log(`\n${table(all)}\n`);
  console.log(sentences.join('\n'));
  console.log(`\nruns, checkpoints and reports are in ${wrote.join(' and ')} (${humanTime(Date.now() - started)})`);
  if (flags['json']) {
    console.log(
      JSON.stringify({ 'nDCG@10': Object.fromEntries(all.map(({ system, mean }) => [system, mean['nDCG@10']])) }),
    );
  }
}

main().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
