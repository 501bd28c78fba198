/** A report is enough to run an experiment again, and to see whether it is the same experiment. */
import { describe, expect, it } from 'vitest';
import type { ExperimentEvent } from '../../src/experiments/events';
import type { ExperimentReport } from '../../src/experiments/report';
import { reportToMarkdown } from '../../src/experiments/report';
import { earlierReport } from '../../src/experiments/rerun';
import { newExperiment, runExperiment, type NewExperimentRequest } from '../../src/experiments/run-experiment';
import { recipeToYaml } from '../../src/recipes/write-recipe';
import type { Library } from '../../src/storage/library';
import { all, circumstances, environmentOf, tinyLibrary } from './tiny-library';

const RECIPE = `
name: tiny
model: { base: tiny, maxLength: 48, dropout: 0.1, head: new }
objective: CL
data: { collection: animals, queries: animals, qrels: animals, run: first }
validation: { collection: animals, queries: animals, qrels: animals, run: first }
sampling: { trainSampleSize: 4, trainSampleDepth: 20 }
training: { learningRate: 1e-3, queriesPerBatch: 3, accumulate: 1, maxSteps: 4, validateEvery: 2, checkpointEvery: 0 }
evaluation:
  depth: 5
  measures: [nDCG@10, RR@10]
  testSets: [zoo]
`;
const ZOO = {
  collection: 'animals',
  queries: 'animals',
  qrels: 'animals',
  run: { bm25: { k1: 0.9, b: 0.4, depth: 20 } },
};
const request = { recipe: RECIPE, fileName: 'tiny.yaml', overrides: ['training.seed=7'], testSets: { zoo: ZOO } };

async function run(library: Library, request: NewExperimentRequest) {
  const experiment = await newExperiment(library, request);
  const events = await all(runExperiment(environmentOf(library), experiment, circumstances));
  const stored = (await library.experiment(experiment.id))!;
  // As report.json has it.
  return { events, report: JSON.parse(JSON.stringify(stored.report)) as ExperimentReport };
}

const again = (report: ExperimentReport): NewExperimentRequest => ({
  recipe: recipeToYaml(report.recipe),
  fileName: 'report.json',
  rerunOf: earlierReport(report),
});
const notes = (events: ExperimentEvent[]) => events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
const measured = ({ testSets }: ExperimentReport) =>
  testSets.map(({ name, systems }) => [name, systems.map(({ system, mean, perQuery }) => [system, mean, perQuery])]);

describe('the recipe of a report', () => {
  it('gives the same numbers, in a library of its own too', async () => {
    const first = await run(await tinyLibrary(), request);
    expect(first.report.testSets[0]!.systems.map(({ system }) => system)).toEqual(['BM25', 'before training', 'CL']);
    const second = await run(await tinyLibrary(), again(first.report));
    expect(measured(second.report)).toEqual(measured(first.report));
    expect(second.report.recipe).toEqual(first.report.recipe);
    expect(second.report.rerun).toEqual({
      of: { name: 'tiny', finishedAt: first.report.finishedAt },
      differences: [],
      numbers: [],
    });
    expect(notes(second.events)).toContain('data and models are those of the report tiny');
    expect(reportToMarkdown(second.report)).toContain('All means are the same, to the last digit.');
  });

  it('says before it trains that data or model are others, and after it which numbers are', async () => {
    const first = await run(await tinyLibrary(), request);
    const library = await tinyLibrary();
    const qrels = await library.datasetNamed('qrels', 'animals');
    await library.renameDataset(qrels!.id, 'older');
    const one = (async function* () {
      yield { records: [{ query: 'q0', document: 'd1', relevance: 1 }, { query: 'q1', document: 'd2', relevance: 1 }], errors: [], bytesRead: 0 }; // prettier-ignore
    })();
    for await (const _ of library.importDataset({ kind: 'qrels', name: 'animals', source: 'test' }, one));
    const { report, events } = await run(library, again(first.report));
    const said = notes(events).find((note) => note.startsWith('not as in the report'))!;
    expect(said).toMatch(
      /^not as in the report: qrels animals: 2 records now, checksum [0-9a-f]{12}…; the report had [0-9a-f]{12}…$/,
    );
    expect(events.findIndex((event) => event.type === 'note')).toBeLessThan(
      events.findIndex(({ type }) => type === 'step'),
    );
    expect(report.rerun!.differences).toHaveLength(1);
    expect(report.rerun!.numbers[0]).toMatch(/^zoo: BM25: nDCG@10: [\d.]+ now, [\d.]+ in the report$/);
  });
});

describe('a report', () => {
  it('has what another needs', async () => {
    const library = await tinyLibrary();
    const { report } = await run(library, request);
    expect(report.seeds).toEqual({ CL: 7, head: 42 });
    expect(report.precisions!['CL']).toMatchObject({ precision: 'f32' });
    expect(report.data.map(({ kind, reference }) => `${kind} ${reference}`)).toEqual([
      'collection animals',
      'queries animals',
      'qrels animals',
      'run first',
    ]);
    for (const { checksum } of [...report.data, ...report.models!]) expect(checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(report.data[3]!.checksum).toBe((await library.datasetNamed('run', 'first'))!.checksum);
    expect(report.models).toMatchObject([{ reference: 'tiny', name: 'tiny' }]);
    const phases = [
      'checking data',
      'reading data, first stages',
      're-ranking',
      'evaluating',
      'sampling and tokenising',
    ];
    for (const phase of [...phases, 'training CL', 'validation', 'storing checkpoints']) {
      expect(report.phases[phase], phase).toBeGreaterThan(0);
    }
    for (const { confidence, mean } of report.testSets[0]!.systems) {
      expect(Object.keys(confidence!)).toEqual(Object.keys(mean));
      expect(confidence!['nDCG@10']).toBeGreaterThan(0);
    }
    const markdown = reportToMarkdown(report);
    expect(markdown).toMatch(/\| BM25 \| 0\.\d{4} ± 0\.\d{4} \|/);
    expect(markdown).toContain('- Seeds: CL 7, head 42');
    expect(markdown).toMatch(/^- Precision of CL: f32 \(the \w+ backend computes in f32 only\)$/m);
    expect(markdown).toContain(`| first | run | ${report.data[3]!.count} |`);
  });
});
