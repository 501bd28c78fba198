import { formatModelId, type ModelId } from '../hub/model-id';
import type { Checkpoint } from '../storage/entries';
import type { Library } from '../storage/library';

/**
 * The stored checkpoint that a model was downloaded as: the same revision, or its commit. No request is made, so it is there without
 * a network too; a branch that has moved on meanwhile is fetched again by its commit or once the stored one is deleted.
 */
export async function storedFromHub(library: Library, id: ModelId): Promise<Checkpoint | undefined> {
  const { model, revision } = id;
  const isCommit = revision !== undefined && /^[0-9a-f]{7,40}$/.test(revision);
  return (await library.checkpoints()).find(
    ({ hub, source }) =>
      // The hub may have given a model another name since; what it was asked for by stays.
      (hub && source === formatModelId(id)) ||
      (hub?.model === model && (hub.revision === revision || (isCommit && hub.commit.startsWith(revision)))),
  );
}
