/**
 * What is known of an experiment from its events: the live view and, from a stored log, the view of an old one.
 * Curves go on from stage to stage: stage 2's steps are drawn after stage 1's.
 */
import type { ExperimentEvent } from '../../experiments/events';
import type { Batch } from '../../training/batches';

/** One stage's curves; arrays of equal length, one entry an optimiser step. */
export interface StageCurve {
  name: string;
  index: number;
  /** Optimiser steps planned. */
  steps: number;
  /** The last step that was done. */
  done: number;
  queries: number;
  dropped: number;
  /** Steps of the stages before. */
  offset: number;
  step: number[];
  loss: number[];
  learningRate: number[];
  gradNorm: number[];
  tokensPerSecond: number[];
  validations: { step: number; loss: number; measures: Record<string, number> }[];
  checkpoints: { step: number; id: string }[];
}

/** A system's row of the final table. */
export interface SystemResult {
  testSet: string;
  system: string;
  /** The stored run. */
  run: string;
  measures: Record<string, number>;
  p: Record<string, number | null>;
}

export type LiveState = 'starting' | 'running' | 'paused' | 'cancelled' | 'failed' | 'finished';

export interface LiveRun {
  id?: string;
  name: string;
  state: LiveState;
  stages: StageCurve[];
  /** How many there will be. */
  stagesPlanned: number;
  /** Work other than training that is under way. */
  progress?: { what: string; done: number; total: number };
  etaMs: number;
  notes: string[];
  batch?: { stage: string; step: number; batch: Batch; scores: number[][] };
  results: SystemResult[];
  error?: string;
}

export function newLiveRun(name: string): LiveRun {
  return { name, state: 'starting', stages: [], stagesPlanned: 0, etaMs: NaN, notes: [], results: [] };
}

/** Takes one event into the view, in place: a curve may have a hundred thousand steps. */
export function takeIn(run: LiveRun, event: ExperimentEvent): void {
  if (event.type !== 'progress') run.progress = undefined;
  switch (event.type) {
    case 'started':
      run.id = event.experiment;
      run.name = event.name;
      run.state = 'running';
      break;
    case 'note':
      if (run.notes.at(-1) !== event.message) run.notes.push(event.message);
      break;
    case 'progress':
      run.progress = { what: event.what, done: event.done, total: event.total };
      break;
    case 'stage':
      run.state = 'running';
      run.stagesPlanned = event.stages;
      startStage(run, event);
      break;
    case 'step': {
      run.state = 'running';
      const stage = stageOf(run, event.stage);
      if (!stage) break;
      cutAt(stage, event.step);
      stage.done = event.step;
      stage.steps = event.of || stage.steps;
      stage.step.push(event.step);
      stage.loss.push(event.loss);
      stage.learningRate.push(event.learningRate);
      stage.gradNorm.push(event.gradNorm);
      stage.tokensPerSecond.push(event.ms > 0 ? (1000 * event.tokens) / event.ms : 0);
      run.etaMs = event.etaMs;
      break;
    }
    case 'batch':
      run.batch = { stage: event.stage, step: event.step, batch: event.batch, scores: event.scores };
      break;
    case 'validation':
      stageOf(run, event.stage)?.validations.push({ step: event.step, loss: event.loss, measures: event.measures });
      break;
    case 'checkpoint':
      stageOf(run, event.stage)?.checkpoints.push({ step: event.step, id: event.checkpoint });
      break;
    case 'resumed':
      run.state = 'running';
      break;
    case 'paused':
      run.state = 'paused';
      break;
    case 'cancelled':
      run.state = 'cancelled';
      break;
    case 'measures': {
      const { testSet, system, run: stored, measures, p } = event;
      const others = run.results.filter((row) => row.testSet !== testSet || row.system !== system);
      run.results = [...others, { testSet, system, run: stored, measures, p }];
      break;
    }
    case 'done':
      run.state = 'finished';
      run.id = event.experiment;
      break;
  }
}

/** The view of a stored experiment. */
export function replayed(name: string, log: ExperimentEvent[]): LiveRun {
  const run = newLiveRun(name);
  for (const event of log) takeIn(run, event);
  return run;
}

function stageOf(run: LiveRun, name: string): StageCurve | undefined {
  return run.stages.findLast((stage) => stage.name === name);
}

function startStage(run: LiveRun, event: Extract<ExperimentEvent, { type: 'stage' }>): void {
  const known = run.stages[event.index];
  if (known?.name === event.stage) {
    // A resumed stage goes on with the curves that it has.
    known.steps = event.steps;
    known.done = event.done;
    cutAt(known, event.done + 1);
    return;
  }
  const before = run.stages.at(-1);
  run.stages.push({
    name: event.stage,
    index: event.index,
    steps: event.steps,
    done: event.done,
    queries: event.queries,
    dropped: event.dropped,
    offset: before ? before.offset + before.done : 0,
    step: [],
    loss: [],
    learningRate: [],
    gradNorm: [],
    tokensPerSecond: [],
    validations: [],
    checkpoints: [],
  });
}

/** A resumed run does the steps after its last checkpoint again: what was drawn of them goes. */
function cutAt(stage: StageCurve, step: number): void {
  let length = stage.step.length;
  while (length > 0 && stage.step[length - 1]! >= step) length--;
  if (length === stage.step.length) return;
  for (const curve of [stage.step, stage.loss, stage.learningRate, stage.gradNorm, stage.tokensPerSecond]) {
    curve.length = length;
  }
  stage.validations = stage.validations.filter((one) => one.step < step);
}
