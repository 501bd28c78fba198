/** The ranker worker's interface. */
import type { ExperimentEvent } from '../../src/experiments/events';
import type { Progress } from '../../src/experiments/progress';
import type { NewExperimentRequest } from '../../src/experiments/run-experiment';
import type { BackendName } from '../../src/kernels/opened-device';
import type { ChosenPrecision } from '../../src/kernels/precision';
import type { Dataset } from '../../src/storage/entries';
import type { Stream } from '../stream';
import type { EncoderStagesApi } from './first-stages';

export type RunRequest = NewExperimentRequest;

/** The device in words, and why it was chosen. */
export interface DeviceReport {
  backend: BackendName;
  /** "NVIDIA GeForce RTX 4070 (ada)", "SwiftShader", "2 threads, SIMD". */
  adapter: string;
  /** Why WebGPU is not used, in a sentence, or a warning about the adapter. */
  because?: string;
  /** The device's limits in words. */
  limits: string;
  features: string[];
  /** What models are trained in unless a recipe says otherwise, and why. */
  precision: ChosenPrecision;
}

/** A stored run re-ranked by a stored checkpoint; ids of stored entries. */
export interface RerankRequest {
  checkpoint: string;
  collection: string;
  queries: string;
  run: string;
  depth: number;
  /** Pairs scored at a time; by tokens if left out. */
  batchSize?: number;
  /** JSON of a head in place of the checkpoint's. */
  head?: string;
  /** The new run's. */
  name: string;
}

/** A query's and documents' texts, scored by a stored checkpoint. */
export interface ScoreRequest {
  checkpoint: string;
  query: string;
  documents: string[];
}

export interface RankerApi extends EncoderStagesApi {
  /** Opens the device: WebGPU first, wasm second, unless one is asked for. Names it, and says why when it fell back. */
  open(backend?: BackendName): Promise<DeviceReport>;
  /** Runs a recipe. The first event names the experiment, which is stored from then on. */
  run(request: RunRequest): Promise<Stream<ExperimentEvent>>;
  /** Goes on with an experiment that was paused, cancelled, or broken off by a closed tab. */
  resume(experiment: string): Promise<Stream<ExperimentEvent>>;
  /** Stops after the step in progress, with everything stored to go on even after the tab was closed. */
  pause(): Promise<void>;
  /** Goes on after a pause. */
  goOn(): Promise<void>;
  /** Re-ranks a stored run to a depth and stores the result as a run. */
  rerank(request: RerankRequest): Promise<Stream<Progress | { type: 'done'; dataset: Dataset }>>;
  /** Raw scores (logits) of documents for a query, in their order. */
  score(request: ScoreRequest): Promise<number[]>;
}
