/** An experiment's log as TensorBoard shows it: a run a stage, so that stages lie over each other. */
import { tensorBoardFile, type ScalarEvent } from '../formats/tensorboard-events';
import type { ExperimentEvent, LoggedEvent } from './events';

export interface TensorBoardFile {
  /** `STAGE/events.out.tfevents.SECONDS.rerank-studio`: TensorBoard knows its files by the middle of the name, and runs by their folder. */
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

type Step = Extract<ExperimentEvent, { type: 'step' }>;
type Validation = Extract<ExperimentEvent, { type: 'validation' }>;

/**
 * The event files of a log, finished or broken off: train/loss, train/gradNorm, train/learningRate, train/tokensPerSecond by optimiser step,
 * validation/loss and validation/MEASURE by validation. Of a step that was done again after a break the last one counts, as in log.jsonl.
 *
 * @param startedAt of the experiment, milliseconds since 1970: where a log of an older version does not say when a step was, it was so much
 *   later as the steps before it took
 */
export function tensorBoardFiles(log: readonly LoggedEvent[], startedAt: number): TensorBoardFile[] {
  const stages = new Map<string, Map<string, ScalarEvent>>();
  let clock = startedAt;
  for (const event of log) {
    if (event.type !== 'step' && event.type !== 'validation') continue;
    clock = event.at ?? (event.type === 'step' ? clock + event.ms : clock);
    const events = stages.get(event.stage) ?? new Map<string, ScalarEvent>();
    stages.set(event.stage, events);
    const { type, step } = event;
    events.set(`${type} ${step}`, {
      wallTime: clock / 1000,
      step,
      scalars: type === 'step' ? ofStep(event) : ofValidation(event),
    });
  }
  const seconds = Math.floor(startedAt / 1000);
  return [...stages].map(([stage, events]) => ({
    path: `${folderOf(stage)}/events.out.tfevents.${seconds}.rerank-studio`,
    bytes: tensorBoardFile(
      seconds,
      [...events.values()].sort((a, b) => a.step - b.step),
    ),
  }));
}

function ofStep({ loss, gradNorm, learningRate, tokens, ms }: Step): ScalarEvent['scalars'] {
  return {
    'train/loss': loss,
    'train/gradNorm': gradNorm,
    'train/learningRate': learningRate,
    ...(ms > 0 ? { 'train/tokensPerSecond': (1000 * tokens) / ms } : {}),
  };
}

function ofValidation({ loss, measures }: Validation): ScalarEvent['scalars'] {
  const entries = Object.entries(measures).map(([name, value]) => [`validation/${name}`, value]);
  return { 'validation/loss': loss, ...(Object.fromEntries(entries) as Record<string, number>) };
}

/** `CL→KD` → `CL-KD`. */
const folderOf = (stage: string) => stage.replace(/→/g, '-').replace(/[^\w.-]+/g, '-');
