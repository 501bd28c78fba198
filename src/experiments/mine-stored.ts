/** Mines hard negatives from a stored run; the result is stored as a run. */
import type { Dataset } from '../storage/entries';
import type { Library } from '../storage/library';
import { mineNegatives, type Mined, type MiningOptions } from '../training/mine-negatives';

export interface MineRequest extends MiningOptions {
  run: string;
  qrels: string;
  /** The new run's. */
  name: string;
}

export interface MinedDataset extends Omit<Mined, 'run'> {
  dataset: Dataset;
}

/** @throws Error when nothing is left of the run. */
export async function mineStored(
  library: Library,
  { run, qrels, name, ...options }: MineRequest,
): Promise<MinedDataset> {
  const { run: mined, ...counts } = mineNegatives(await library.readRun(run), await library.readQrels(qrels), options);
  if (mined.size === 0) {
    throw new Error(
      `mining: expected queries with documents that are not judged relevant, found none: ${counts.unjudged} queries have no ` +
        `judgement (are these the run's qrels?), of ${counts.empty} nothing is left below the first ${options.skipTop}`,
    );
  }
  const of = (await library.dataset(run))?.madeFrom;
  const system = `negatives of ${of?.system ?? (await library.dataset(run))?.name}`;
  return { ...counts, dataset: await library.writeRun(name, mined, { ...of, system }) };
}
