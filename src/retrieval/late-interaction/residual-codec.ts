/**
 * ColBERTv2's compression (Santhanam et al., 2022, 3.3): a vector is its centroid's number and, for each dimension, in which of four
 * buckets the rest lies.
 *
 *   vector    .12  −.40  .03  …        centroid 1734:   .10 −.31 .05 …
 *   residual  .02  −.09 −.02  …   →    buckets:         2   0   1  …      2 bits each, four a byte, the first lowest
 *
 * Cutoffs and weights are quantiles of the residuals of vectors that the centroids were not made from (colbert-ai 0.2.22,
 * CollectionIndexer._compute_avg_residual; ResidualCodec.binarize and .decompress).
 */
import { normalize } from './token-vectors';

const BUCKETS = 4;
const PER_BYTE = 4;

export interface ResidualCodec {
  dimension: number;
  /** [centroids · dimension], each of length 1. */
  centroids: Float32Array;
  /** [3], ascending: a residual is in the bucket that has as many of them below it. */
  cutoffs: Float32Array;
  /** [4]: what a bucket stands for. */
  weights: Float32Array;
}

export const bytesPerVector = (dimension: number) => Math.ceil(dimension / PER_BYTE);

/** Makes a codec of centroids and other vectors [vectors · dimension] with their nearest centroids. */
export function residualCodec(
  centroids: Float32Array,
  dimension: number,
  heldOut: Float32Array,
  nearest: Uint32Array,
): ResidualCodec {
  const residuals = heldOut.map(
    (value, i) => value - centroids[nearest[Math.floor(i / dimension)]! * dimension + (i % dimension)]!,
  );
  residuals.sort();
  const cutoffs = Float32Array.from({ length: BUCKETS - 1 }, (_, i) => quantile(residuals, (i + 1) / BUCKETS));
  const weights = Float32Array.from({ length: BUCKETS }, (_, i) => quantile(residuals, (i + 0.5) / BUCKETS));
  return { dimension, centroids, cutoffs, weights };
}

/** With linear interpolation, as torch.quantile; 0 of nothing. */
function quantile(ascending: Float32Array, share: number): number {
  if (ascending.length === 0) return 0;
  const at = share * (ascending.length - 1);
  const below = Math.floor(at);
  const [low, high] = [ascending[below]!, ascending[Math.min(below + 1, ascending.length - 1)]!];
  return low + (at - below) * (high - low);
}

/** Vectors [vectors · dimension] with their centroids → packed buckets [vectors · bytesPerVector]. */
export function compress(codec: ResidualCodec, vectors: Float32Array, nearest: Uint32Array): Uint8Array {
  const { dimension, centroids, cutoffs } = codec;
  const [a, b, c] = cutoffs as unknown as [number, number, number];
  const bytes = bytesPerVector(dimension);
  const packed = new Uint8Array(nearest.length * bytes);
  nearest.forEach((centroid, v) => {
    for (let i = 0; i < dimension; i++) {
      const residual = vectors[v * dimension + i]! - centroids[centroid * dimension + i]!;
      const bucket = (residual > a ? 1 : 0) + (residual > b ? 1 : 0) + (residual > c ? 1 : 0);
      packed[v * bytes + (i >> 2)]! |= bucket << (2 * (i & 3));
    }
  });
  return packed;
}

/** Writes the vectors `from … to` of a compressed set to `target` [at least (to − from) · dimension], each of length 1. */
export function decompress(
  { dimension, centroids, weights }: ResidualCodec,
  { codes, residuals }: { codes: Uint32Array; residuals: Uint8Array },
  from: number,
  to: number,
  target: Float32Array,
): void {
  const bytes = bytesPerVector(dimension);
  for (let v = from; v < to; v++) {
    const [at, centroid] = [(v - from) * dimension, codes[v]! * dimension];
    for (let i = 0; i < dimension; i++) {
      const bucket = (residuals[v * bytes + (i >> 2)]! >> (2 * (i & 3))) & 3;
      target[at + i] = centroids[centroid + i]! + weights[bucket]!;
    }
    normalize(target.subarray(at, at + dimension));
  }
}
