/** Fuses stored runs; the result is stored as a run. */
import { fuseByReciprocalRank } from '../retrieval/reciprocal-rank-fusion';
import type { Dataset } from '../storage/entries';
import type { Library } from '../storage/library';

export interface FuseRequest {
  /** Two or more. */
  runs: string[];
  /** Documents kept for each query. */
  depth: number;
  /** 60 if left out. */
  k?: number;
  /** The new run's. */
  name: string;
}

/** @throws Error when there are fewer than two runs, or one is gone. */
export async function fuseStored(library: Library, { runs, depth, k, name }: FuseRequest): Promise<Dataset> {
  if (runs.length < 2) throw new Error(`fusion: expected two runs or more, found ${runs.length}`);
  const read = await Promise.all(runs.map((run) => library.readRun(run)));
  const entries = await Promise.all(runs.map((run) => library.dataset(run)));
  const system = entries.map((entry) => entry?.madeFrom?.system ?? entry?.name).join(' + ');
  // What all were made from, where that is known.
  const of = (part: 'collection' | 'queries') => {
    const [first, ...others] = entries.map((entry) => entry?.madeFrom?.[part]);
    return first !== undefined && others.every((other) => other === first) ? { [part]: first } : {};
  };
  return library.writeRun(name, fuseByReciprocalRank(read, depth, k), {
    ...of('collection'),
    ...of('queries'),
    system,
  });
}
