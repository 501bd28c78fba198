/** The YAML files of a project, as objects: one for each stage (`lightning-ir fit`), one for the test sets (`lightning-ir re_rank`). */
import type { EvaluationOptions, Stage, TrainingOptions } from '../../../recipes/recipe';
import type { LocalDataset } from './data-folder';
import { lossClass } from './losses';
import type { TrainingLists } from './training-lists';

type Config = Record<string, unknown>;

interface Made {
  class_path: string;
  init_args: Config;
}

const made = (class_path: string, init_args: Config): Made => ({ class_path, init_args });

const register = ({ run: _, ...dataset }: LocalDataset) =>
  made('lightning_ir.RegisterLocalDatasetCallback', { ...dataset });

export interface StageFiles {
  /** Of the stage's results below `runs/`. */
  name: string;
  /** The checkpoint folder that it starts from. */
  start: string;
  train: LocalDataset;
  lists: TrainingLists['dataset'];
  validation?: LocalDataset;
}

const VALIDATION_DEPTH = 100;
/** Without `loss`: Lightning IR 0.0.6 does not bring a validation batch's targets into the shape of its scores, and fails. */
const VALIDATION_MEASURES = ['nDCG@10', 'RR@10'];
const PRECISION = { auto: '32-true', f32: '32-true', f16: '16-mixed' } as const;

/** Where a stage's last checkpoint lies when it is done. */
export const trainedFolder = (name: string) => `runs/${name}/huggingface_checkpoint`;

/** The config of a stage. @throws Error naming what has no counterpart in Lightning IR. */
export function fitConfig(stage: Stage, { name, start, train, lists, validation }: StageFiles): Config {
  const { training, sampling } = stage;
  if (training.reduction !== 'mean') {
    throw new Error(
      `stage ${stage.name}: training.reduction: expected mean, as Lightning IR's losses, found ${training.reduction}`,
    );
  }
  const loss = made(lossClass(stage.name, training.loss), {});
  const validates = validation !== undefined && training.validateEvery > 0;
  const inference = {
    inference_datasets: [
      made('lightning_ir.RunDataset', {
        run_path_or_id: validation?.run,
        depth: VALIDATION_DEPTH,
      }),
    ],
    inference_batch_size: 1,
  };
  return {
    seed_everything: training.seed,
    model: made('rerank_studio.StudioModule', {
      model_name_or_path: start,
      loss_functions: [loss],
      ...(validates ? { evaluation_metrics: VALIDATION_MEASURES } : {}),
    }),
    data: made('lightning_ir.LightningIRDataModule', {
      train_dataset: made('lightning_ir.RunDataset', { run_path_or_id: train.run, ...lists }),
      train_batch_size: training.queriesPerBatch,
      shuffle_train: sampling.shuffleQueries,
      ...(validates ? inference : {}),
    }),
    optimizer: made('torch.optim.AdamW', {
      lr: training.learningRate,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weight_decay: training.weightDecay,
    }),
    lr_scheduler: made(SCHEDULERS[training.schedule], { num_warmup_steps: training.warmupSteps }),
    trainer: {
      accelerator: 'auto',
      devices: 'auto',
      precision: PRECISION[training.precision],
      max_steps: training.maxSteps || -1,
      max_epochs: training.maxEpochs || -1,
      accumulate_grad_batches: training.accumulate,
      gradient_clip_val: training.clipNorm || null,
      log_every_n_steps: 1,
      ...(validates
        ? { val_check_interval: training.validateEvery * training.accumulate, check_val_every_n_epoch: null }
        : { limit_val_batches: 0 }),
      logger: made('lightning.pytorch.loggers.CSVLogger', { save_dir: 'runs', name, version: '' }),
      callbacks: [
        register(train),
        ...(validates ? [register(validation)] : []),
        ...checkpoints(training),
        made('lightning.pytorch.callbacks.LearningRateMonitor', { logging_interval: 'step' }),
      ],
    },
  };
}

const SCHEDULERS: Record<TrainingOptions['schedule'], string> = {
  constant: 'lightning_ir.ConstantLRSchedulerWithLinearWarmup',
  linear: 'lightning_ir.LinearLRSchedulerWithLinearWarmup',
  cosine: 'rerank_studio.CosineLRSchedulerWithLinearWarmup',
};

/** At the end, and on the way where the recipe asks for it. */
function checkpoints({ checkpointEvery, saveAll }: TrainingOptions): Made[] {
  const checkpoint = (init_args: Config) => made('lightning.pytorch.callbacks.ModelCheckpoint', init_args);
  return [
    checkpoint({ filename: 'last-{step}', save_top_k: 1 }),
    ...(checkpointEvery > 0
      ? [checkpoint({ filename: '{step}', every_n_train_steps: checkpointEvery, save_top_k: saveAll ? -1 : 1 })]
      : []),
  ];
}

/** The config that re-ranks the test sets with the last stage's checkpoint, and measures. */
export function reRankConfig(
  { depth, measures }: EvaluationOptions,
  checkpoint: string,
  sets: readonly LocalDataset[],
): Config {
  return {
    model: made('rerank_studio.StudioModule', { model_name_or_path: checkpoint, evaluation_metrics: measures }),
    data: made('lightning_ir.LightningIRDataModule', {
      inference_datasets: sets.map(({ run }) => made('lightning_ir.RunDataset', { run_path_or_id: run, depth })),
      inference_batch_size: 1,
    }),
    trainer: {
      accelerator: 'auto',
      devices: 1,
      logger: false,
      callbacks: [
        ...sets.map(register),
        made('lightning_ir.ReRankCallback', { save_dir: 'runs/re-ranked', overwrite: true }),
      ],
    },
  };
}
