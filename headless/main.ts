/** The command line: `npm run -s headless -- VERB …`. It drives the built app; nothing is implemented a second time. */
import { resolve } from 'node:path';
import { defaultProfile } from './browser.ts';
import { BACKEND_FLAG, backendFlag, describeFlags, readFlags, type Flag } from './flags.ts';
import { showProgress } from './progress.ts';
import { openSession } from './session.ts';
import { bm25 } from './verbs/bm25.ts';
import { dense } from './verbs/dense.ts';
import { evaluate } from './verbs/evaluate.ts';
import { exportVerb } from './verbs/export.ts';
import { fuse } from './verbs/fuse.ts';
import { lateInteraction } from './verbs/late-interaction.ts';
import { mine } from './verbs/mine.ts';
import { preprocess } from './verbs/preprocess.ts';
import { rerank } from './verbs/rerank.ts';
import { run } from './verbs/run.ts';
import { teach } from './verbs/teach.ts';
import { train } from './verbs/train.ts';
import { text, type Verb } from './verbs/verb.ts';

const VERBS: Record<string, Verb> = {
  preprocess,
  bm25,
  'late-interaction': lateInteraction,
  dense,
  fuse,
  mine,
  teach,
  train,
  rerank,
  evaluate,
  run,
  export: exportVerb,
};

const COMMON: Record<string, Flag> = {
  out: { value: 'DIR', help: 'where results are written (out)' },
  backend: BACKEND_FLAG,
  seed: { value: 'N', help: 'for everything that is drawn at random (42)' },
  json: { help: 'one JSON object as the last line' },
  profile: { value: 'DIR', help: "the browser profile that keeps checkpoints and data (the user's cache folder)" },
};

function usage(): string {
  const verbs = Object.entries(VERBS).map(([name, verb]) => `  ${name.padEnd(18)} ${verb.summary}`);
  return `npm run -s headless -- VERB [flags]; VERB --help tells its flags\n\n${verbs.join('\n')}`;
}

async function main(words: string[]): Promise<void> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === 'help') {
    console.log(usage());
    return;
  }
  const verb = VERBS[name];
  if (!verb) throw new Error(`unknown verb ${name}: expected one of ${Object.keys(VERBS).join(', ')}`);
  const table = { ...verb.flags, ...COMMON };
  if (rest.includes('--help')) {
    console.log(`${name}: ${verb.summary}\n\n${describeFlags(table)}`);
    return;
  }
  const flags = readFlags(table, rest);
  const backend = backendFlag(flags);
  const session = await openSession({
    output: text(flags, 'out') ?? 'out',
    profile: resolve(text(flags, 'profile') ?? defaultProfile()),
    ...(backend ? { backend } : {}),
  });
  try {
    session.onEvent(showProgress());
    await verb.run(session, flags, flags['json'] === true);
  } finally {
    await session.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
