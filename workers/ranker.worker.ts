/** The ranker worker: owns the GPU. Experiments, re-ranking, scoring; one at a time. */
import wasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import wasmSimd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import wasmThreadedSimd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import kernelsRelaxed from '../src/kernels/wasm/build/kernels.relaxed.wasm?url';
import kernelsSimd from '../src/kernels/wasm/build/kernels.simd.wasm?url';
import * as Comlink from 'comlink';
import type { Environment } from '../src/experiments/environment';
import { openCheckpoint, readHead, type OpenedCheckpoint } from '../src/experiments/open-checkpoint';
import { newExperiment, runExperiment } from '../src/experiments/run-experiment';
import { openDevice, type Device } from '../src/kernels/device';
import { rerank } from '../src/reranking/rerank';
import { scorePairs } from '../src/reranking/score-pairs';
import type { Experiment } from '../src/storage/entries';
import { openLibrary } from '../src/storage/open-library';
import { TrainingControl } from '../src/training/control';
import type { DeviceReport, RankerApi } from './protocol';
import { pushed } from './stream';

const wasmPaths = {
  'tfjs-backend-wasm.wasm': wasm,
  'tfjs-backend-wasm-simd.wasm': wasmSimd,
  'tfjs-backend-wasm-threaded-simd.wasm': wasmThreadedSimd,
};
const wasmKernels = { relaxed: kernelsRelaxed, simd: kernelsSimd };

const opened = openLibrary();
let device: Promise<Device> | undefined;
const control = new TrainingControl();
/** The work in progress: the device does one thing at a time. */
let busy: Promise<unknown> = Promise.resolve();
/** The checkpoint that was scored with last stays on the device. */
let kept: OpenedCheckpoint | undefined;

/** Opens the device, or another one when a backend is asked for that it does not have. One at a time: tfjs has one engine. */
function open(backend: 'webgpu' | 'wasm' | 'auto' = 'auto'): Promise<Device> {
  const before = device ?? Promise.reject(new Error('none yet'));
  const next = before.then(
    (current) => (backend === 'auto' || backend === current.backend ? current : openNew(backend)),
    () => openNew(backend),
  );
  device = next;
  next.catch(() => {
    if (device === next) device = undefined;
  });
  return next;
}

function openNew(backend: 'webgpu' | 'wasm' | 'auto'): Promise<Device> {
  kept = undefined;
  return openDevice({ backend, wasmPaths, wasmKernels });
}

function report(found: Device): DeviceReport {
  const because = found.fellBackBecause ?? found.warning;
  return {
    backend: found.backend,
    adapter: found.name,
    limits: found.limitsInWords,
    features: [...found.features],
    ...(because ? { because } : {}),
  };
}

/** Waits for the work before, then does this one. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const before = busy;
  let done = () => {};
  busy = new Promise<void>((resolve) => (done = resolve));
  await before.catch(() => {});
  try {
    return await work();
  } finally {
    done();
  }
}

async function* inTurnSteps<T>(work: () => AsyncIterable<T>): AsyncGenerator<T, void> {
  let release = () => {};
  await new Promise<void>((start) => {
    void inTurn(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
          start();
        }),
    );
  });
  try {
    yield* work();
  } finally {
    release();
  }
}

/** A lost device cannot be used again: the next work opens a new one. */
async function* onDevice<T>(work: (device: Device) => AsyncIterable<T>): AsyncGenerator<T, void> {
  const current = await open();
  try {
    for await (const item of work(current)) {
      current.check();
      yield item;
    }
  } catch (error) {
    // What failed first on the GPU explains what failed after it.
    const [first] = current.errors;
    if (first) {
      device = undefined;
      kept = undefined;
      throw first;
    }
    throw error;
  }
}

/** Holds a lock of the browser while it works: two tabs must not run the same experiment. */
async function* locked<T>(name: string, work: () => AsyncIterable<T>): AsyncGenerator<T, void> {
  let release = () => {};
  const taken = await new Promise<boolean>((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise<void>((done) => (release = done));
    });
  });
  if (!taken) throw new Error('this experiment runs in another tab: watch it there, or close that tab');
  try {
    yield* work();
  } finally {
    release();
  }
}

function experimentSteps(environment: Environment, experiment: Experiment) {
  const work = () =>
    onDevice((current) => {
      kept?.model.dispose();
      kept = undefined;
      control.resume();
      const { backend, name: adapter } = current;
      return runExperiment(environment, experiment, { backend, adapter, browser: navigator.userAgent });
    });
  return locked(`experiment ${experiment.id}`, () => inTurnSteps(work));
}

async function openKept(checkpoint: string, head?: string): Promise<OpenedCheckpoint> {
  if (kept?.checkpoint.id !== checkpoint || head !== undefined) {
    kept?.model.dispose();
    kept = undefined;
    kept = await openCheckpoint(
      await opened,
      checkpoint,
      head === undefined ? {} : { head: readHead(JSON.parse(head), 'model.head') },
    );
  }
  return kept;
}

const api: RankerApi = {
  open: async (backend) => report(await open(backend)),

  async run(request) {
    const library = await opened;
    const experiment = await newExperiment(library, request);
    const references = { sources: request.sources ?? {}, texts: request.texts ?? {} };
    return pushed((signal) => experimentSteps({ library, references, signal, control }, experiment));
  },

  async resume(id) {
    const library = await opened;
    const experiment = await library.experiment(id);
    if (!experiment) throw new Error(`experiment ${id}: not in the library; it was deleted, perhaps in another tab`);
    const references = experiment.references ?? { sources: {}, texts: {} };
    return pushed((signal) => experimentSteps({ library, references, signal, control }, experiment));
  },

  pause: async () => control.pause(),
  goOn: async () => control.resume(),

  async rerank({ checkpoint, collection, queries, run, depth, batchSize, head, name }) {
    const library = await opened;
    return pushed((signal) =>
      inTurnSteps(() =>
        onDevice(async function* () {
          const { model, encode, checkpoint: entry } = await openKept(checkpoint, head);
          const maxTokens = batchSize ? batchSize * entry.input.maxLength : undefined;
          const steps = rerank({
            model,
            encode,
            run: await library.readRun(run),
            queries: library.texts(queries),
            documents: library.texts(collection),
            depth,
            signal,
            ...(maxTokens ? { maxTokens } : {}),
          });
          for await (const step of steps) {
            if (step.type === 'progress') {
              yield { type: 'progress' as const, what: 're-ranking', done: step.done, total: step.total };
            } else {
              const madeFrom = { collection, queries, checkpoint, system: entry.name };
              yield { type: 'done' as const, dataset: await library.writeRun(name, step.run, madeFrom) };
            }
          }
          if (head !== undefined) kept = undefined;
        }),
      ),
    );
  },

  score: ({ checkpoint, query, documents }) =>
    inTurn(async () => {
      const current = await open();
      const { model, encode } = await openKept(checkpoint);
      const scores = new Array<number>(documents.length);
      const inputs = documents.map((document) => encode(query, document));
      for await (const batch of scorePairs(model, inputs, 4096)) {
        batch.scores.forEach((score, i) => (scores[batch.first + i] = score));
      }
      current.check();
      return scores;
    }),
};

Comlink.expose(api);
