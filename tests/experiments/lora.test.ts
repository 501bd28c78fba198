import { expect, it } from 'vitest';
import type { ExperimentEvent } from '../../src/experiments/events';
import { newExperiment, runExperiment } from '../../src/experiments/run-experiment';
import { all, circumstances, environmentOf, tinyLibrary } from './tiny-library';

const request = {
  fileName: 'tiny.yaml',
  recipe: `
name: tiny
model: { base: tiny, maxLength: 48, dropout: 0.1, lora: { rank: 2, alpha: 4, dropout: 0.1, targets: [key, value] } }
objective: CL
data: { collection: animals, queries: animals, qrels: animals, run: first }
sampling: { trainSampleSize: 4, trainSampleDepth: 20, numRelevantSamples: 1 }
training: { learningRate: 1e-2, queriesPerBatch: 3, accumulate: 1, maxSteps: 4, validateEvery: 0, checkpointEvery: 0 }
evaluation: { testSets: [] }
`,
};
/** Of a two-layer BERT, 16 wide: two matrices of 16 × 2 for keys and for values, and the classifier. */
const TRAINED = 2 * 2 * 2 * 16 * 2 + 16 + 1;

const steps = (events: ExperimentEvent[]) =>
  events.flatMap((event) => (event.type === 'step' ? [`${event.step} ${event.loss} ${event.gradNorm}`] : []));

it('LoRA, broken off, goes on from a small point with the numbers of an unbroken run; its checkpoint is a plain one', async () => {
  const library = await tinyLibrary();
  const whole = await newExperiment(library, request);
  const events = await all(runExperiment(environmentOf(library), whole, circumstances));
  const message = expect.stringMatching(new RegExp(`^LoRA: ${TRAINED} of [\\d,]+ parameters are trained`)) as string;
  expect(events).toContainEqual({ type: 'note', message });

  const broken = await newExperiment(library, request);
  const environment = environmentOf(library);
  const found: ExperimentEvent[] = [];
  for await (const event of runExperiment(environment, broken, circumstances)) {
    found.push(event);
    if (event.type === 'step' && event.step === 2) environment.abort();
  }
  const sizes = { weights: 0, moments: 0 };
  for await (const { name, values } of (await library.getTrainingState(broken.id, 0))!.arrays()) {
    if (name !== 'moments/step') sizes[name.split('/')[0] as keyof typeof sizes] += values.length;
  }
  expect(sizes).toEqual({ weights: TRAINED, moments: 2 * TRAINED });
  const current = (await library.experiment(broken.id))!;
  found.push(...(await all(runExperiment(environmentOf(library), current, circumstances))));
  expect(steps(found)).toEqual(steps(events));

  const tensorsOf = async (name: string) => {
    const { id } = (await library.checkpoints()).find((entry) => entry.name === name)!;
    const tensors = new Map<string, Float32Array>();
    for await (const array of library.checkpointWeights(id)) tensors.set(array.name, array.values.slice());
    return tensors;
  };
  const [before, after, again] = [await tensorsOf('tiny'), await tensorsOf('tiny CL'), await tensorsOf('tiny CL (2)')];
  expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  expect(again).toEqual(after);
  for (const [name, values] of after) {
    const adapted = /(key|value)\.weight$|^classifier\./.test(name);
    if (adapted) expect(values, name).not.toEqual(before.get(name));
    else expect(values, name).toEqual(before.get(name));
  }
});
