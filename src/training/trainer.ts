import * as tf from '@tensorflow/tfjs';
import type { NamedArray } from '../formats/named-array';
import { isOutOfMemory } from '../kernels/device-errors';
import { derivedSeed } from '../kernels/random';
import { AdamW } from '../models/adam-w';
import type { CrossEncoder } from '../models/cross-encoder';
import type { TrainingOptions } from '../recipes/recipe';
import { turn } from '../kernels/turn';
import type { BatchSource } from './batch-source';
import type { TrainingControl } from './control';
import { DivergenceError } from './divergence-error';
import { afterValidation, FRESH } from './early-stopping';
import type { ListTexts } from './encode-lists';
import type { ListLoss } from './losses/list-loss';
import { LOSSES } from './losses/losses';
import { planInWords, planMemory, smallerPlan, type MemoryPlan } from './memory-budget';
import { createSchedule, type Schedule } from './schedule';
import { createTimer, StepClock } from './step-clock';
import type { StepLog } from './step-log';
import { createStepPlan, type StepPlan } from './step-plan';
import type { SavePoint, SaveReason, TrainingEvent, TrainingState } from './training-event';
import { launchStep, prepareStep, type LaunchedStep, type PreparedStep } from './training-step';
import { validate, type Validation } from './validation';

export interface TrainingSetup {
  /** Trained in place. To resume, it was loaded from the resume point's weights over the checkpoint that the run began with. */
  model: CrossEncoder;
  source: BatchSource;
  texts: ListTexts;
  options: TrainingOptions;
  validation?: Validation;
  resume?: { state: TrainingState; moments: AsyncIterable<NamedArray> };
  signal?: AbortSignal;
  control?: TrainingControl;
  /** Wall-clock time between resume points, milliseconds; 0 for none but at a pause. */
  resumePointEvery?: number;
}

const RESUME_POINT_EVERY_MS = 120_000;
const BATCH_SHOWN_EVERY_MS = 2_000;
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * Trains a cross-encoder on lists, and tells what happens as events; storing is the reader's part (see `SavePoint`). The numbers of a run
 * are a function of its setup alone: resumed from any resume point it goes on with those of the unbroken run.
 *
 *   step ─► gradient of its batches (gradient.ts) ─► AdamW ─► log ─┬─────────────────────────────────────────────┬─► next step
 *                                                                  └► validation ► checkpoint ► resume point, pause ┘
 *
 * On webgpu a step's loss is read after the next step was handed over, so that the GPU never waits; before anything is
 * validated or saved, all losses have been read and were finite. When the signal is aborted the step under way is dropped whole.
 *
 * @throws DivergenceError on a loss or gradient that is not finite; RangeError naming an option that makes no sense; whatever
 *   texts and device throw.
 */
export async function* train(setup: TrainingSetup): AsyncGenerator<TrainingEvent, void> {
  const run = new TrainingRun(setup);
  try {
    yield* run.events();
  } catch (error) {
    if (!setup.signal?.aborted) throw error;
    yield* run.cancelled();
  } finally {
    run.dispose();
  }
}

/** A step that the device works on. */
interface UnreadStep {
  launched: LaunchedStep;
  prepared: PreparedStep;
  step: number;
  learningRate: number;
}

class TrainingRun {
  private readonly loss: ListLoss;
  private readonly plan: StepPlan;
  private readonly schedule: Schedule;
  private readonly optimizer: AdamW;
  private readonly clock = new StepClock();
  private readonly resumePointDue: () => boolean;
  private readonly batchDue = createTimer(BATCH_SHOWN_EVERY_MS, -Infinity);
  private memory: MemoryPlan;
  private state: TrainingState;
  private next?: Promise<PreparedStep>;
  private unread?: UnreadStep;
  /** Steps in a row without a list to learn from. */
  private emptySteps = 0;

  constructor(private readonly setup: TrainingSetup) {
    const { model, source, options, resume } = setup;
    this.loss = LOSSES[options.loss];
    this.plan = createStepPlan(source, options);
    this.schedule = createSchedule(options, this.plan.totalSteps);
    this.memory = planMemory(options.memoryBudget, model);
    this.resumePointDue = createTimer(setup.resumePointEvery ?? RESUME_POINT_EVERY_MS);
    this.state = resume?.state ?? { step: 0, patience: FRESH, skippedLists: 0 };
    this.optimizer = new AdamW(model.parameters(), { weightDecay: options.weightDecay, ...ADAM });
  }

  async *events(): AsyncGenerator<TrainingEvent, void> {
    const { totalSteps, stepsPerEpoch } = this.plan;
    if (this.setup.resume) await this.optimizer.restore(this.setup.resume.moments);
    yield { type: 'start', step: this.state.step, of: totalSteps, stepsPerEpoch };
    this.clock.restart();
    let stopped = false;
    while (this.state.step < totalSteps && !stopped) {
      yield* this.step();
      stopped = yield* this.afterStep();
    }
    const { step, skippedLists } = this.state;
    if (skippedLists > 0) yield { type: 'note', message: `${skippedLists} lists were passed over.` };
    yield { type: 'done', step, because: stopped ? 'no better validation loss' : 'all steps done' };
  }

  /** After the signal was aborted: tells of the last whole step, which can be gone on from. */
  async *cancelled(): AsyncGenerator<TrainingEvent, void> {
    yield* this.readAll();
    if (this.state.step > (this.setup.resume?.state.step ?? 0)) {
      yield { type: 'save', kind: 'resume-point', ...this.savePoint() };
    }
    yield { type: 'cancelled', step: this.state.step };
  }

  dispose(): void {
    this.unread?.launched.dispose();
    this.optimizer.dispose();
  }

  /** Hands one step over to the device, and tells of the one before if that was not read yet. */
  private async *step(): AsyncGenerator<TrainingEvent, void> {
    const { step } = this.state;
    await this.interruptible();
    const prepared = await (this.next ?? this.prepare(step));
    this.next = step + 1 < this.plan.totalSteps ? this.prepare(step + 1) : undefined;
    const learningRate = this.schedule(step);
    if (prepared.batches.length === 0) {
      yield* this.readAll();
      yield* this.emptyStep(prepared, learningRate);
      return;
    }
    const launched = yield* this.launch(prepared, learningRate);
    const before = this.unread;
    this.unread = { launched, prepared, step: step + 1, learningRate };
    this.emptySteps = 0;
    if (before) yield* this.read(before);
    yield* this.countStep(prepared);
  }

  /** Hands a step over to the device; when its memory is not there, in smaller pieces, which gives the same gradient. */
  private async *launch(prepared: PreparedStep, learningRate: number): AsyncGenerator<TrainingEvent, LaunchedStep> {
    const { loss, optimizer } = this;
    const { model, options } = this.setup;
    const { reduction, clipNorm } = options;
    const seed = derivedSeed(options.seed, this.state.step);
    const turn = () => this.interruptible();
    for (;;) {
      const updates = optimizer.steps;
      const stepOptions = { loss, reduction, learningRate, clipNorm, seed, memory: this.memory, turn };
      try {
        return await launchStep(model, optimizer, prepared, stepOptions);
      } catch (error) {
        const smaller = isOutOfMemory(error) && optimizer.steps === updates && this.smallerPlan(prepared);
        if (!smaller) throw error;
        this.memory = smaller;
        const step = this.state.step + 1;
        yield {
          type: 'note',
          message: `Memory was short in step ${step}: it is done again ${planInWords(smaller)}, and so are the steps after it.`,
        };
      }
    }
  }

  private smallerPlan({ batches }: PreparedStep): MemoryPlan | undefined {
    const lengths = batches.map(({ lists }) => lists.flatMap(({ inputs }) => inputs.map(({ ids }) => ids.length)));
    const tokens = lengths.map((batch) => batch.reduce((sum, length) => sum + length, 0));
    return smallerPlan(this.memory, Math.max(...tokens), Math.max(...lengths.flat()));
  }

  /** A step none of whose lists teaches anything: it counts, and nothing is updated. */
  private async *emptyStep(prepared: PreparedStep, learningRate: number): AsyncGenerator<TrainingEvent, void> {
    yield* this.countStep(prepared);
    if (++this.emptySteps >= this.plan.stepsPerEpoch) {
      throw new Error(`training: there is nothing to learn from any list of an epoch: ${prepared.skipped.why}`);
    }
    yield this.logged({ step: this.state.step, loss: 0, gradNorm: 0, learningRate, tokens: 0 });
  }

  private async *countStep({ skipped }: PreparedStep): AsyncGenerator<TrainingEvent, void> {
    const isFirst = this.state.skippedLists === 0 && skipped.count > 0;
    const skippedLists = this.state.skippedLists + skipped.count;
    this.state = { ...this.state, step: this.state.step + 1, skippedLists };
    if (isFirst) yield { type: 'note', message: `A list was passed over: ${skipped.why}. Further ones are counted.` };
  }

  /** Validates, asks for saves and pauses where it is time. Returns whether to stop early. */
  private async *afterStep(): AsyncGenerator<TrainingEvent, boolean> {
    const { options, validation, control } = this.setup;
    if (tf.getBackend() !== 'webgpu') yield* this.readAll();
    const { step } = this.state;
    const isLast = step === this.plan.totalSteps;
    const due = (every: number) => every > 0 && step % every === 0;
    const validating =
      validation !== undefined && (due(options.validateEvery) || (isLast && options.validateEvery > 0));
    const isInterval = due(options.checkpointEvery);
    const pausing = !isLast && (control?.isPaused ?? false);
    const resumePoint = pausing || (!isLast && this.resumePointDue());
    if (!validating && !isInterval && !isLast && !resumePoint) return false;

    yield* this.readAll();
    const reasons: SaveReason[] = isInterval ? ['interval'] : [];
    const { best, stop } = validating ? yield* this.validate(validation) : { best: false, stop: false };
    if (best) reasons.push('best');
    if ((isLast || stop) && options.saveLast) reasons.push('last');
    if (reasons.length > 0) yield { type: 'save', kind: 'checkpoint', reasons, ...this.savePoint() };
    if (resumePoint && !stop) yield { type: 'save', kind: 'resume-point', ...this.savePoint() };
    if (pausing && !stop) yield* this.pause(control!);
    this.clock.restart();
    return stop && !isLast;
  }

  private async *validate(validation: Validation): AsyncGenerator<TrainingEvent, { best: boolean; stop: boolean }> {
    const { model, options, signal } = this.setup;
    const result = await validate(model, validation, this.loss, signal);
    const { improved, stop, ...patience } = afterValidation(this.state.patience, result.loss, options.patience);
    this.state = { ...this.state, patience };
    yield { type: 'validation', step: this.state.step, ...result, best: improved };
    return { best: improved, stop };
  }

  private async *pause(control: TrainingControl): AsyncGenerator<TrainingEvent, void> {
    const { step } = this.state;
    yield { type: 'paused', step };
    await control.untilResumed(this.setup.signal);
    this.setup.signal?.throwIfAborted();
    yield { type: 'resumed', step };
  }

  private async *readAll(): AsyncGenerator<TrainingEvent, void> {
    const { unread } = this;
    this.unread = undefined;
    if (unread) yield* this.read(unread);
  }

  private async *read({ launched, prepared, step, learningRate }: UnreadStep): AsyncGenerator<TrainingEvent, void> {
    const { loss, gradNorm, scores } = await launched.read();
    if (!Number.isFinite(loss)) throw new DivergenceError(step, learningRate, `the loss is ${loss}`);
    if (!Number.isFinite(gradNorm)) throw new DivergenceError(step, learningRate, `the gradient's norm is ${gradNorm}`);
    yield this.logged({ step, loss, gradNorm, learningRate, tokens: prepared.tokens });
    if (!this.batchDue()) return;
    const { batch } = prepared.batches[0]!;
    let at = 0;
    yield {
      type: 'batch',
      step,
      batch,
      scores: batch.map(({ docs }) => [...scores.subarray(at, (at += docs.length))]),
    };
  }

  private logged(entry: Omit<StepLog, 'ms'>): TrainingEvent {
    const ms = this.clock.lap();
    const of = this.plan.totalSteps;
    return { type: 'step', of, etaMs: this.clock.eta(of - entry.step), ...entry, ms };
  }

  private savePoint(): SavePoint {
    const { state, optimizer } = this;
    const { model } = this.setup;
    return { step: state.step, state, weights: () => model.trainedArrays(), moments: () => optimizer.arrays() };
  }

  private prepare(step: number): Promise<PreparedStep> {
    const prepared = prepareStep(this.plan.batches(step), this.loss, this.setup.texts);
    // Awaited a step later; until then a failure must not count as unhandled.
    prepared.catch(() => {});
    return prepared;
  }

  /** Lets messages in, and stops here when one of them cancelled the run. */
  private async interruptible(): Promise<void> {
    await turn();
    this.setup.signal?.throwIfAborted();
  }
}
