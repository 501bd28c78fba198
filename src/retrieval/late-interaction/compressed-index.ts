/**
 * A collection's vectors, compressed, with the inverted lists that candidates come from.
 *
 *   document      0            1         2
 *   codes       │ c c c c c  │ c c c   │ c c c c …      centroid of each vector
 *   residuals   │ 2 bits a dimension of each …          residual-codec.ts
 *   offsets       0            5         8       …      documents + 1, counted in vectors
 *   lists         centroid → documents that have a vector there, ascending, each once
 */
import type { ResidualCodec } from './residual-codec';

export interface CompressedVectors {
  codes: Uint32Array;
  residuals: Uint8Array;
  offsets: Uint32Array;
}

export interface InvertedLists {
  /** Centroids + 1. */
  starts: Uint32Array;
  documents: Uint32Array;
}

export interface CompressedIndex extends CompressedVectors {
  codec: ResidualCodec;
  lists: InvertedLists;
  /** Of the documents, in the collection's order. */
  ids: string[];
}

/** Puts parts of consecutive documents end to end. */
export function joinedVectors(parts: readonly CompressedVectors[]): CompressedVectors {
  const sum = (length: (part: CompressedVectors) => number) => parts.reduce((total, part) => total + length(part), 0);
  const codes = new Uint32Array(sum((part) => part.codes.length));
  const residuals = new Uint8Array(sum((part) => part.residuals.length));
  const offsets = new Uint32Array(sum((part) => part.offsets.length - 1) + 1);
  let [vector, byte, document] = [0, 0, 0];
  for (const part of parts) {
    codes.set(part.codes, vector);
    residuals.set(part.residuals, byte);
    for (let i = 1; i < part.offsets.length; i++) offsets[document + i] = vector + part.offsets[i]!;
    vector += part.codes.length;
    byte += part.residuals.length;
    document += part.offsets.length - 1;
  }
  return { codes, residuals, offsets };
}

/** Which documents have a vector at each centroid. */
export function invertedLists({ codes, offsets }: CompressedVectors, centroids: number): InvertedLists {
  const starts = new Uint32Array(centroids + 1);
  const last = new Int32Array(centroids).fill(-1);
  const eachOnce = (visit: (centroid: number, document: number) => void) => {
    last.fill(-1);
    for (let document = 0; document + 1 < offsets.length; document++) {
      for (let v = offsets[document]!; v < offsets[document + 1]!; v++) {
        const centroid = codes[v]!;
        if (last[centroid] === document) continue;
        last[centroid] = document;
        visit(centroid, document);
      }
    }
  };
  eachOnce((centroid) => starts[centroid + 1]!++);
  for (let c = 0; c < centroids; c++) starts[c + 1]! += starts[c]!;
  const documents = new Uint32Array(starts[centroids]!);
  const at = starts.slice(0, centroids);
  eachOnce((centroid, document) => (documents[at[centroid]!++] = document));
  return { starts, documents };
}
