/** Curves of an experiment as a chart wants them: one x axis over all stages, one series a stage. */
import type { ChartMark, ChartSeries } from '../components/chart';
import type { LiveRun, StageCurve } from './live-run';

type Field = 'loss' | 'learningRate' | 'gradNorm' | 'tokensPerSecond';

/** More points than a chart has pixels say nothing: they are averaged in buckets. */
const MOST_POINTS = 1500;
/** Of the exponential moving average, as TensorBoard's slider. */
const SMOOTHING = 0.9;

export interface Curves {
  x: number[];
  series: ChartSeries[];
  marks: ChartMark[];
}

/** A stage has its colour everywhere; the first stage of ranking, BM25, has colour 0. */
export const stageColor = (index: number) => `--system-${1 + (index % 3)}`;

/** Means of `size` neighbours. */
function bucketed(values: readonly number[], size: number): number[] {
  if (size === 1) return [...values];
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) => {
    const bucket = values.slice(i * size, (i + 1) * size);
    return bucket.reduce((sum, value) => sum + value, 0) / bucket.length;
  });
}

/** Exponential moving average without the bias to the start (Adam's correction). */
export function smoothed(values: readonly number[], weight = SMOOTHING): number[] {
  let average = 0;
  let correction = 1;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = weight * average + (1 - weight) * value;
    correction *= weight;
    return average / (1 - correction);
  });
}

/** Where the stages after the first begin. */
const marksOf = (run: LiveRun): ChartMark[] =>
  run.stages.slice(1).map(({ offset, name }) => ({ x: offset, label: name }));

/** `smooth` puts the raw values behind their moving average. Losses of later stages are not comparable with the first one's: right axis. */
export function curves(run: LiveRun, field: Field, smooth = false): Curves {
  const total = run.stages.reduce((sum, stage) => sum + stage.step.length, 0);
  const size = Math.max(1, Math.ceil(total / MOST_POINTS));
  const parts = run.stages.map((stage) => ({
    stage,
    x: bucketed(stage.step, size).map((step) => Math.round(step) + stage.offset),
    y: bucketed(stage[field], size),
  }));
  const x = parts.flatMap((part) => part.x);
  const place = (index: number, values: (number | null)[]) =>
    parts.flatMap((part, i) => (i === index ? values : new Array<null>(part.x.length).fill(null)));
  const series = parts.flatMap(({ stage, y }, i): ChartSeries[] => {
    const right = field === 'loss' && stage.index > 0;
    const line = { label: stage.name, color: stageColor(stage.index), ...(right ? { right } : {}) };
    if (!smooth) return [{ ...line, values: place(i, y) }];
    return [
      { ...line, label: `${stage.name}, each step`, values: place(i, y), faint: true },
      { ...line, values: place(i, smoothed(y)) },
    ];
  });
  return { x, series, marks: marksOf(run) };
}

/** Names of the measures of the validations so far. */
export function validationMeasures(run: LiveRun): string[] {
  return [...new Set(run.stages.flatMap((stage) => stage.validations.flatMap((one) => Object.keys(one.measures))))];
}

/** A measure, or `loss`, of the validations. */
export function validationCurves(run: LiveRun, measure: string): Curves {
  const points = run.stages.flatMap((stage) => stage.validations.map((one) => ({ stage, one })));
  const value = ({ one }: (typeof points)[number]) => (measure === 'loss' ? one.loss : (one.measures[measure] ?? null));
  const series = run.stages.map((stage: StageCurve) => ({
    label: stage.name,
    color: stageColor(stage.index),
    points: true,
    values: points.map((point) => (point.stage === stage ? value(point) : null)),
  }));
  return { x: points.map(({ stage, one }) => stage.offset + one.step), series, marks: marksOf(run) };
}
