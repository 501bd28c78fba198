/** About how much an experiment will store, from the sizes of what it starts from. */
import type { DatasetKind } from '../storage/entries';

export interface ToStore {
  /** Files that are to be imported. */
  files: { kind: DatasetKind; bytes: number; packed: boolean; /** BM25 runs over it. */ indexed: boolean }[];
  /** Of the base model's weights; 0 where unknown. */
  modelBytes: number;
  stages: number;
}

/** Text packs to about a third. */
const UNPACKED = 3;
/** Of the text's bytes: postings, lengths and terms of a collection of passages. */
const INDEX_SHARE = 0.5;
/** Weights and two moments of a point to resume from, and for a moment the one before it. */
const RESUME_POINTS = 6;

/** Bytes, on the high side: what is stored already is counted too. */
export function neededBytes({ files, modelBytes, stages }: ToStore): number {
  const data = files.reduce((sum, { kind, bytes, packed, indexed }) => {
    const plain = packed ? UNPACKED * bytes : bytes;
    return sum + plain * (kind === 'collection' && indexed ? 1 + INDEX_SHARE : 1);
  }, 0);
  return data + modelBytes * (1 + stages + RESUME_POINTS);
}
