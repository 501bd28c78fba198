/** What a teaching comes to, before it begins. */
import type { Library } from '../storage/library';
import { totalOf, type AskedTotal } from './asked-total';
import type { DroppedQuery } from './candidates';
import { estimateCost, type Estimate } from './list-wise/estimate';
import { teachingId, type TeachRequest } from './request';
import { candidatesIn } from './teach';
import type { TaughtList } from './teacher';

export interface TeachPlan {
  /** Queries that get a list, and how many of them have one from earlier sittings. */
  lists: number;
  done: number;
  /** Passages of the lists that are missing, each as often as it is in one. */
  passages: number;
  dropped: DroppedQuery[];
  /** What was asked before. */
  asked?: AskedTotal;
  /** Of an endpoint: what is still to be asked. */
  estimate?: Estimate;
}

/** Looks at what there is; asks nobody. @throws if run and queries have nothing in common, or a text is missing. */
export async function planTeaching(library: Library, request: TeachRequest): Promise<TeachPlan> {
  const { lists, dropped } = await candidatesIn(library, request);
  const taught = (await library.taught(await teachingId(request))) as Map<string, TaughtList>;
  const missing = lists.filter(({ query }) => !taught.get(query)?.whole);
  const asked = totalOf(taught.values());
  const { teacher } = request;
  return {
    lists: lists.length,
    done: lists.length - missing.length,
    passages: missing.reduce((sum, { documents }) => sum + documents.length, 0),
    dropped,
    ...(asked ? { asked } : {}),
    ...(teacher.kind === 'endpoint'
      ? {
          estimate: await estimateCost(
            ...([missing, library.texts(request.queries), library.texts(request.collection)] as const),
            teacher.passageWords,
          ),
        }
      : {}),
  };
}
