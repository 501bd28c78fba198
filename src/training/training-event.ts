import type { NamedArray } from '../formats/named-array';
import type { Batch } from './batches';
import type { Patience } from './early-stopping';
import type { StepLog } from './step-log';

/** What a run needs besides weights and moments to go on with the same numbers. JSON. */
export interface TrainingState {
  /** Optimiser steps done; the next one's batches and dropout follow from it. */
  step: number;
  /** Of early stopping. */
  patience: Patience;
  /** Lists passed over so far because the loss learns nothing from them. */
  skippedLists: number;
}

/**
 * A moment at which the run's state may be stored: until the next event is asked for, nothing changes. Who stores is not the trainer's
 * business.
 */
export interface SavePoint {
  step: number;
  state: TrainingState;
  /** What training changes (`CrossEncoder.trainedArrays`): loaded over the starting checkpoint, it is the model of this step. */
  weights(): AsyncIterable<NamedArray>;
  /** The optimiser's moments: only needed to resume. */
  moments(): AsyncIterable<NamedArray>;
}

/** Why a checkpoint is kept: its time had come, its validation loss is the lowest so far, or training ended with it. */
export type SaveReason = 'interval' | 'best' | 'last';

export type TrainingEvent =
  /** Once, first. */
  | { type: 'start'; step: number; of: number; stepsPerEpoch: number }
  | ({ type: 'step'; of: number; etaMs: number } & StepLog)
  /** The first batch of a step with its scores, as they were before the update. */
  | { type: 'batch'; step: number; batch: Batch; scores: number[][] }
  | { type: 'validation'; step: number; loss: number; measures: Record<string, number>; best: boolean }
  /**
   * `resume-point`: replaces the one before. `checkpoint`: to keep; with `saveAll` false, the ones before but the best by
   * validation loss may go.
   */
  | ({ type: 'save'; kind: 'resume-point' } & SavePoint)
  | ({ type: 'save'; kind: 'checkpoint'; reasons: SaveReason[] } & SavePoint)
  | { type: 'paused'; step: number }
  | { type: 'resumed'; step: number }
  | { type: 'note'; message: string }
  /** The weights are those of `step`: a step that was under way was dropped whole. */
  | { type: 'cancelled'; step: number }
  | { type: 'done'; step: number; because: 'all steps done' | 'no better validation loss' };
