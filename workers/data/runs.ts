/** What is made of stored runs. */
import { fuseStored } from '../../src/experiments/fuse-stored';
import { mineStored } from '../../src/experiments/mine-stored';
import type { Library } from '../../src/storage/library';
import type { RunsApi } from '../protocol';

export function runsApi(opened: Promise<Library>): RunsApi {
  return {
    fuse: async (request) => fuseStored(await opened, request),
    mine: async (request) => mineStored(await opened, request),
  };
}
