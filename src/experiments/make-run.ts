/** The run that a recipe's `run` means: read from the library, or made by the first stage that it names. */
import type { Run } from '../formats/records';
import type { LateInteractionOptions, RunSource } from '../recipes/recipe';
import { bm25System } from '../recipes/systems';
import { fuseByReciprocalRank } from '../retrieval/reciprocal-rank-fusion';
import type { Texts } from './data-sources';
import { denseRun } from './dense-run';
import type { Environment } from './environment';
import { bm25Run } from './first-stage';
import { lateInteractionRerank, lateInteractionRun } from './late-interaction-run';
import { openBiEncoder, openLateInteraction } from './open-token-encoder';
import type { Progress } from './progress';
import { findCheckpoint, findDataset } from './sources';
import { unknownDocuments } from './unknown-documents';

export interface MadeRun {
  run: Run;
  /** The name of the first stage, for tables: BM25, or the run's own. */
  system: string;
}

type Making = AsyncGenerator<Progress, MadeRun, void>;

/** Yields progress, returns the run. @throws an error naming what is not stored. */
export async function* makeRun(environment: Environment, texts: Texts, source: RunSource): Making {
  if (typeof source === 'string') return readRun(environment, texts, source);
  if ('rankgpt' in source) return readRun(environment, texts, source.rankgpt.permutations);
  const { library, references, signal } = environment;
  const { collection, queries } = texts;
  if ('bm25' in source) {
    const run = yield* bm25Run(library, collection.id, await library.allTexts(queries.id), source.bm25, signal);
    return { run, system: bm25System(source.bm25) };
  }
  if ('dense' in source) {
    const { id, name } = await findCheckpoint(library, references, source.dense.checkpoint);
    const model = await openBiEncoder(library, id);
    try {
      const asked = await library.allTexts(queries.id);
      const run = yield* denseRun(library, model, collection.id, asked, source.dense.depth, signal);
      return { run, system: `dense (${name})` };
    } finally {
      model.encoder.dispose();
    }
  }
  return 'fuse' in source
    ? yield* fused(environment, texts, source.fuse)
    : yield* lateInteraction(environment, texts, source.lateInteraction);
}

async function* lateInteraction(
  environment: Environment,
  texts: Texts,
  { checkpoint, depth, run: first }: LateInteractionOptions,
): Making {
  const { library, references, signal } = environment;
  const { id, name } = await findCheckpoint(library, references, checkpoint);
  const before = first === undefined ? undefined : yield* makeRun(environment, texts, first);
  const model = await openLateInteraction(library, id);
  try {
    if (before) {
      const run = yield* lateInteractionRerank(model, before.run, texts.textsOf, depth, signal);
      return { run, system: `${before.system}, late interaction (${name})` };
    }
    const asked = await library.allTexts(texts.queries.id);
    const run = yield* lateInteractionRun(library, model, texts.collection.id, asked, depth, signal);
    return { run, system: `late interaction (${name})` };
  } finally {
    model.encoder.dispose();
  }
}

/** As deep as the deepest of its runs. */
async function* fused(environment: Environment, texts: Texts, sources: readonly RunSource[]): Making {
  const made: MadeRun[] = [];
  for (const source of sources) made.push(yield* makeRun(environment, texts, source));
  const depth = made.reduce(
    (deepest, { run }) => [...run.values()].reduce((most, { length }) => Math.max(most, length), deepest),
    1,
  );
  const run = fuseByReciprocalRank(
    made.map((one) => one.run),
    depth,
  );
  return { run, system: made.map(({ system }) => system).join(' + ') };
}

async function readRun(environment: Environment, { collection }: Texts, reference: string): Promise<MadeRun> {
  const { library, references } = environment;
  const stored = await findDataset(library, references, 'run', reference);
  if (!environment.checkedRuns?.has(`${collection.id} ${stored.id}`)) {
    const problem = await unknownDocuments(library, collection, stored);
    if (problem !== undefined) throw new Error(problem);
  }
  return { run: await library.readRun(stored.id), system: stored.madeFrom?.system ?? stored.name };
}
