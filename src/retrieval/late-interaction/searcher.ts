/**
 * Searches a compressed index in three steps (Santhanam et al., 2022, 3.4; the bounds are those of PLAID's, colbert-ai 0.2.22 Searcher):
 *
 *   1. candidates: documents with a vector at one of the `cells` centroids nearest to some vector of the query; more centroids, where
 *      that is not as many documents as step 2 keeps: the bounds are for collections with thousands of vectors at each
 *   2. of those, the best `documents` by an approximate MaxSim that takes a vector for its centroid
 *   3. of those, MaxSim of the decompressed vectors, exactly
 */
import * as tf from '@tensorflow/tfjs';
import type { RankedDocument } from '../../formats/records';
import { linear } from '../../kernels/linear';
import { readBack } from '../../kernels/read-back';
import type { CompressedIndex } from './compressed-index';
import { askingVectors, maxSims, type AskingVectors } from './max-sim';
import { decompress } from './residual-codec';

/** Numbers of decompressed vectors held at once: 32 MiB. */
const NUMBERS_AT_ONCE = 1 << 23;

/** How wide a search for the best `depth` documents is. */
export function searchWidth(depth: number): { cells: number; documents: number } {
  if (depth <= 10) return { cells: 1, documents: 256 };
  if (depth <= 100) return { cells: 2, documents: 1024 };
  return { cells: 4, documents: Math.max(4 * depth, 4096) };
}

interface Scored {
  document: number;
  score: number;
}

/** By score; of equal ones, that which comes first in the collection. */
const best = (scored: Scored[], count: number) =>
  scored.sort((a, b) => b.score - a.score || a.document - b.document).slice(0, count);

/** The products of one of the query's vectors with all centroids: by centroid, and ascending. */
interface Column {
  own: Float32Array;
  ascending: Float32Array;
}

/** @param products [centroids · asking] */
function columnsOf(products: Float32Array, asking: number): Column[] {
  return Array.from({ length: asking }, (_, q) => {
    const own = new Float32Array(products.length / asking);
    for (let centroid = 0; centroid < own.length; centroid++) own[centroid] = products[centroid * asking + q]!;
    return { own, ascending: own.slice().sort() };
  });
}

/** The `count` centroids with the largest product with each of the query's vectors, together. */
function nearestTo(columns: readonly Column[], count: number): Set<number> {
  const found = new Set<number>();
  for (const { own, ascending } of columns) {
    const least = ascending[Math.max(0, own.length - count)]!;
    own.forEach((product, centroid) => product >= least && found.add(centroid));
  }
  return found;
}

export class LateInteractionSearcher {
  /** [centroids, dimension] */
  private readonly centroids: tf.Tensor2D;

  /** @param width how wide a search for the best `depth` documents is */
  constructor(
    readonly index: CompressedIndex,
    private readonly width = searchWidth,
  ) {
    const { centroids, dimension } = index.codec;
    this.centroids = tf.tensor2d(centroids, [centroids.length / dimension, dimension]);
  }

  /** The best documents for a query's vectors [asking · dimension], at most `depth`. */
  async search(query: Float32Array, depth: number): Promise<RankedDocument[]> {
    const asking = askingVectors(query, this.index.codec.dimension);
    try {
      const { cells, documents } = this.width(depth);
      const products = await this.centroidProducts(asking);
      const candidates = this.candidates(products, asking.bias.shape[0], cells, documents);
      const promising = best(this.approximate(products, asking.bias.shape[0], candidates), documents);
      const scored = await this.exact(asking, promising);
      return best(scored, depth).map(({ document, score }, i) => ({
        document: this.index.ids[document]!,
        rank: i + 1,
        score,
      }));
    } finally {
      tf.dispose([asking.weight, asking.bias]);
    }
  }

  dispose(): void {
    this.centroids.dispose();
  }

  /** [centroids · asking] */
  private async centroidProducts({ weight, bias }: AskingVectors): Promise<Float32Array> {
    const products = linear(this.centroids, weight, bias);
    return (await readBack(products, 'centroid scores').finally(() => products.dispose())) as Float32Array;
  }

  /** Documents at the nearest centroids of each vector of the query: `cells` of them, or twice as many until there are `enough`. */
  private candidates(products: Float32Array, asking: number, cells: number, enough: number): number[] {
    const { starts, documents } = this.index.lists;
    const centroids = products.length / asking;
    const columns = columnsOf(products, asking);
    const needed = Math.min(enough, this.index.ids.length);
    for (let opened = cells; ; opened *= 2) {
      const found = new Set<number>();
      for (const centroid of nearestTo(columns, opened)) {
        for (let i = starts[centroid]!; i < starts[centroid + 1]!; i++) found.add(documents[i]!);
      }
      if (found.size >= needed || opened >= centroids) return [...found];
    }
  }

  /** MaxSim with each vector's centroid in its place. */
  private approximate(products: Float32Array, asking: number, candidates: readonly number[]): Scored[] {
    const { codes, offsets } = this.index;
    const largest = new Float32Array(asking);
    return candidates.map((document) => {
      largest.fill(-Infinity);
      for (let v = offsets[document]!; v < offsets[document + 1]!; v++) {
        const row = codes[v]! * asking;
        for (let q = 0; q < asking; q++) {
          const product = products[row + q]!;
          if (product > largest[q]!) largest[q] = product;
        }
      }
      return { document, score: largest.reduce((sum, value) => sum + value, 0) };
    });
  }

  private async exact(asking: AskingVectors, promising: readonly Scored[]): Promise<Scored[]> {
    const scored: Scored[] = [];
    for (const some of this.batches(promising)) {
      const { dimension } = this.index.codec;
      const offsets = new Int32Array(some.length + 1);
      some.forEach(({ document }, i) => (offsets[i + 1] = offsets[i]! + this.lengthOf(document)));
      const values = new Float32Array(offsets[some.length]! * dimension);
      some.forEach(({ document }, i) => {
        const [from, to] = [this.index.offsets[document]!, this.index.offsets[document + 1]!];
        decompress(this.index.codec, this.index, from, to, values.subarray(offsets[i]! * dimension));
      });
      const scores = await maxSims(asking, { dimension, values, offsets });
      some.forEach(({ document }, i) => scored.push({ document, score: scores[i]! }));
    }
    return scored;
  }

  private lengthOf(document: number): number {
    return this.index.offsets[document + 1]! - this.index.offsets[document]!;
  }

  private *batches(promising: readonly Scored[]): Generator<Scored[]> {
    let batch: Scored[] = [];
    let numbers = 0;
    for (const one of promising) {
      const size = this.lengthOf(one.document) * this.index.codec.dimension;
      if (batch.length > 0 && numbers + size > NUMBERS_AT_ONCE) {
        yield batch;
        [batch, numbers] = [[], 0];
      }
      batch.push(one);
      numbers += size;
    }
    if (batch.length > 0) yield batch;
  }
}
