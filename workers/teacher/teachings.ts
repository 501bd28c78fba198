import { claimed } from '../../src/storage/claims';
import type { Library } from '../../src/storage/library';
import type { TeachRequest } from '../../src/teachers/request';
import { claimOfTeaching } from '../../src/teachers/teach';
import type { TeachingEntry } from '../protocol/teacher';

/** The stored teachings, with whether some tab is at them. */
export async function teachings(library: Library): Promise<TeachingEntry[]> {
  const isClaimed = await claimed();
  return (await library.teachings()).map((entry) => ({
    ...entry,
    request: entry.request as TeachRequest,
    running: isClaimed(claimOfTeaching(entry.id)),
  }));
}
