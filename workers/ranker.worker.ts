/** The ranker worker: owns the GPU. Experiments, re-ranking, scoring; one at a time. */
import * as Comlink from 'comlink';
import type { Environment } from '../src/experiments/environment';
import { newExperiment, runExperiment } from '../src/experiments/run-experiment';
import { openDevice, type Device } from '../src/kernels/device';
import { choosePrecision } from '../src/kernels/precision';
import type { Experiment } from '../src/storage/entries';
import { NotStoredError } from '../src/storage/errors';
import { openLibrary } from '../src/storage/open-library';
import { TrainingControl } from '../src/training/control';
import type { DeviceReport, RankerApi } from './protocol';
import { DeviceTurns } from './ranker/device-turns';
import { denseStored, lateInteractionStored, searchByEncoder } from './ranker/encoder-stages';
import { rerankStored } from './ranker/rerank-stored';
import { score } from './ranker/score';
import { locked } from './ranker/tab-lock';
import { wasmKernels, wasmPaths } from './ranker/wasm-files';
import { pushed } from './stream';

const opened = openLibrary();
const turns = new DeviceTurns(async (backend) => {
  const device = await openDevice({ backend, wasmPaths, wasmKernels });
  // Tests half precision, which is only possible as long as nobody else uses the device.
  await choosePrecision('auto');
  return device;
});
const control = new TrainingControl();

async function report(found: Device): Promise<DeviceReport> {
  const because = found.fellBackBecause ?? found.warning;
  return {
    backend: found.backend,
    adapter: found.name,
    limits: found.limitsInWords,
    features: [...found.features],
    precision: await choosePrecision('auto'),
    ...(because ? { because } : {}),
  };
}

function experimentSteps(environment: Environment, experiment: Experiment) {
  return locked(`experiment ${experiment.id}`, () =>
    turns.steps(({ backend, name: adapter }) => {
      turns.freeAll();
      control.resume();
      return runExperiment(environment, experiment, { backend, adapter, browser: navigator.userAgent });
    }),
  );
}

const api: RankerApi = {
  open: async (backend) => report(await turns.open(backend)),

  async run(request) {
    const library = await opened;
    const experiment = await newExperiment(library, request);
    const references = { sources: request.sources ?? {}, texts: request.texts ?? {} };
    return pushed((signal) => experimentSteps({ library, references, signal, control }, experiment));
  },

  async resume(id) {
    const library = await opened;
    const experiment = await library.experiment(id);
    if (!experiment) throw new NotStoredError('experiment', id);
    const references = experiment.references ?? { sources: {}, texts: {} };
    return pushed((signal) => experimentSteps({ library, references, signal, control }, experiment));
  },

  pause: async () => control.pause(),
  goOn: async () => control.resume(),

  async rerank(request) {
    const library = await opened;
    return pushed((signal) => turns.steps(() => rerankStored(library, turns, request, signal)));
  },

  async lateInteraction(request) {
    const library = await opened;
    return pushed((signal) => turns.steps(() => lateInteractionStored(library, turns, request, signal)));
  },

  async dense(request) {
    const library = await opened;
    return pushed((signal) => turns.steps(() => denseStored(library, turns, request, signal)));
  },

  async searchByEncoder(request) {
    const library = await opened;
    return pushed((signal) => turns.steps(() => searchByEncoder(library, turns, request, signal)));
  },

  score: async (request) => score(await opened, turns, request),
};

Comlink.expose(api);
