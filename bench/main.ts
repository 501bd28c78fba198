/**
 * npm run -s bench -- TASK [--backend webgpu|wasm] [--threads 1|2] [--model DIR]
 *   [--collection F] [--queries F] [--documents N] [--python F] [--steps N]
 */
import { parseArgs } from 'node:util';
import type { Bench } from './result';

const TASKS: Record<string, () => Promise<Bench>> = {
  'bm25-index': async () => (await import('./bm25')).benchIndexing,
  'forward-equal': async () => (await import('./forward')).benchForwardEqual,
  'forward-natural': async () => (await import('./forward')).benchForwardNatural,
  'train-step': async () => (await import('./train-step')).benchTrainStep,
  lora: async () => (await import('./lora')).benchLora('MiniLM'),
  'lora-base': async () => (await import('./lora')).benchLora('base'),
  budget: async () => (await import('./budget')).benchBudget('MiniLM'),
  'budget-base': async () => (await import('./budget')).benchBudget('base'),
  tokenise: async () => (await import('./tokenise')).benchTokenise,
  soak: async () => (await import('./soak')).benchSoak,
  matmul: async () => (await import('./matmul')).benchMatmul,
  'bm25-search': async () => (await import('./bm25')).benchSearch,
};

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      backend: { type: 'string' },
      threads: { type: 'string', default: '1' },
      collection: { type: 'string' },
      queries: { type: 'string' },
      documents: { type: 'string' },
      steps: { type: 'string' },
      python: { type: 'string' },
      model: { type: 'string' },
    },
  });
  const load = TASKS[positionals[0] ?? ''];
  if (!load || positionals.length > 1)
    throw new Error(`expected one task of ${Object.keys(TASKS).join(', ')}, found "${positionals.join(' ')}"`);
  const bench = await load();
  const { documents, steps, ...others } = values;
  const counts = {
    threads: Number(values.threads),
    ...(documents ? { documents: Number(documents) } : {}),
    ...(steps ? { steps: Number(steps) } : {}),
  };
  console.log(JSON.stringify(await bench({ ...others, ...counts })));
}

main().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
