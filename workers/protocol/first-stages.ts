/** First stages that need a model, and what is made of runs. Ids are those of stored entries; `name` is the new run's. */
import type { Progress } from '../../src/experiments/progress';
import type { FuseRequest } from '../../src/experiments/fuse-stored';
import type { MinedDataset, MineRequest } from '../../src/experiments/mine-stored';
import type { RankedDocument } from '../../src/formats/records';
import type { Dataset } from '../../src/storage/entries';
import type { Stream } from '../stream';

export type { FuseRequest, MinedDataset, MineRequest };

/** Queries over a whole collection by a checkpoint's vectors. */
export interface DenseRequest {
  checkpoint: string;
  collection: string;
  queries: string;
  depth: number;
  name: string;
}

/** With a run, it is re-ranked to the depth; without one, the collection is indexed and searched. */
export interface LateInteractionRequest extends DenseRequest {
  run?: string;
}

/** One query, typed by somebody. */
export interface EncoderSearchRequest {
  how: 'dense' | 'lateInteraction';
  checkpoint: string;
  collection: string;
  query: string;
  depth: number;
}

/** In the ranker worker, which owns the GPU. */
export interface EncoderStagesApi {
  lateInteraction(request: LateInteractionRequest): Promise<Stream<Progress | { type: 'done'; dataset: Dataset }>>;
  dense(request: DenseRequest): Promise<Stream<Progress | { type: 'done'; dataset: Dataset }>>;
  /** Builds what index there is not, then searches. */
  searchByEncoder(
    request: EncoderSearchRequest,
  ): Promise<Stream<Progress | { type: 'done'; ranking: RankedDocument[] }>>;
}

/** In the data worker. */
export interface RunsApi {
  /** Runs fused by reciprocal rank, stored as a run. */
  fuse(request: FuseRequest): Promise<Dataset>;
  /** Hard negatives of a run, stored as a run. */
  mine(request: MineRequest): Promise<MinedDataset>;
}
