/** What every bench takes and returns. */
export interface BenchOptions {
  backend?: string;
  threads: number;
  /** Files to measure on instead of what the bench makes itself. */
  collection?: string;
  queries?: string;
  /** So many documents of the collection, or of a made-up one. */
  documents?: number;
  /** The Python that has a peer's packages. */
  python?: string;
  /** Of a soak. */
  steps?: number;
  /** Folder of a model; without one its shape with random weights. */
  model?: string;
}

/** The JSON line that a bench prints last. Times are medians of runs that alternate with the peer's. */
export interface BenchResult {
  task: string;
  backend: string;
  /** The device in words. */
  adapter: string;
  threads: number;
  ours: number;
  /** Null where the peer is not installed. */
  peer: number | null;
  peerName: string | null;
  /** Of `ours` and `peer`: less is better, but of tokens/s. */
  unit: string;
  /** ours / peer. */
  ratio: number | null;
  tokens: number;
  /** GPU programs started, 0 where there is none. */
  dispatches: number;
  peakBytes: number;
  /** Of a collection. */
  documents?: number;
  indexBytes?: number;
  textBytes?: number;
  /** Further peers of the same run, by name. */
  others?: Record<string, number>;
}

export type Bench = (options: BenchOptions) => Promise<BenchResult>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
