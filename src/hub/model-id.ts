/** Models of the hub by name: `OWNER/NAME`, or `OWNER/NAME@REVISION` for a branch, a tag or a commit. */

export interface ModelId {
  model: string;
  revision?: string;
}

const NAME = '[\\w][\\w.-]*';
const ID = new RegExp(`^(${NAME}(?:/${NAME})?)(?:@([\\w./-]+))?$`);
/** The address of a model's page, or of its files at a revision. */
const ADDRESS = new RegExp(`^https?://[^/]+/(${NAME}/${NAME})(?:/(?:tree|blob|resolve)/([\\w.-]+).*)?/?(?:\\?.*)?$`);

/** Reads what a user typed or pasted: an id, with its revision or without, or a page's address. Undefined when it is neither. */
export function parseModelId(text: string): ModelId | undefined {
  const [, model, revision] = ADDRESS.exec(text.trim()) ?? ID.exec(text.trim()) ?? [];
  if (model === undefined) return undefined;
  return { model, ...(revision === undefined ? {} : { revision }) };
}

/** Whether a recipe's reference can only be a model of the hub: names of stored entries and files of this folder have no slash. */
export const looksLikeModelId = (reference: string) =>
  /^[^/]+\/[^/]+$/.test(reference.split('@')[0]!) && parseModelId(reference) !== undefined;

/** The id as it is written in recipes. */
export const formatModelId = ({ model, revision }: ModelId) =>
  revision === undefined ? model : `${model}@${revision}`;
