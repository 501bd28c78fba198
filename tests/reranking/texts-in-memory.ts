import type { TextSource } from '../../src/formats/records';

/** Texts by id in memory, with the error of a stored collection for an id that is not there. */
export function textsInMemory(texts: ReadonlyMap<string, string>, name: string): TextSource {
  return {
    async texts(ids) {
      return ids.map((id) => {
        const text = texts.get(id);
        if (text === undefined)
          throw new Error(`${name}: no text with id "${id}"; do run and ${name} belong together?`);
        return text;
      });
    },
  };
}
