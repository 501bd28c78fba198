import { appendTexts, sweepAppended } from './append-texts';
import { sweepChunks } from './array-store';
import * as checkpoints from './checkpoints';
import { claim } from './claims';
import { Connection } from './connection';
import { datasetsIn, renameDataset, withoutMemory } from './datasets';
import * as deletion from './deletion';
import * as downloads from './downloads';
import type { Dataset } from './entries';
import * as experiments from './experiments';
import { importDataset, rollbackImport, unfinishedImports } from './import-dataset';
import * as indexes from './indexes';
import type { Library } from './library';
import { persist, storageReport } from './quota';
import * as rankings from './rankings';
import { TextReader, allTexts, batches } from './stored-texts';
import * as teachings from './teachings';
import * as training from './training-state';

/**
 * Opens the library: in each tab and worker that needs it, as often as needed. Frees what a closed tab left half-written.
 * @throws LibraryClosedError if another tab has it open in an older version and does not let go, or it is of a newer one.
 */
export async function openLibrary(name = 'rerank-studio'): Promise<Library> {
  const connection = await Connection.open(name);
  await sweepChunks(connection);
  await sweepAppended(connection);
  const c = connection;
  return {
    name,
    datasets: (kind) => datasetsIn(c, 'ready', kind),
    async dataset(id) {
      const stored = await c.db.get('datasets', id);
      return stored && withoutMemory<Dataset>(stored);
    },
    datasetNamed: async (kind, name) => (await datasetsIn(c, 'ready', kind)).find((entry) => entry.name === name),
    renameDataset: (id, name) => renameDataset(c, id, name),

    importDataset: (dataset, chunks, options) => importDataset(c, dataset, chunks, options),
    appendTexts: (id, source, chunks, options) => appendTexts(c, id, source, chunks, options),
    unfinishedImports: () => unfinishedImports(c),
    rollbackImport: (id) => rollbackImport(c, id),
    writeRun: (name, run, madeFrom) => rankings.writeRun(c, name, run, madeFrom),

    texts: (id) => new TextReader(c, id),
    batches: (id, from) => batches(c, id, from),
    page: (id, offset, limit) => new TextReader(c, id).page(offset, limit),
    allTexts: (id) => allTexts(c, id),

    readQrels: (id) => rankings.readQrels(c, id),
    readRun: (id) => rankings.readRun(c, id),
    rankings: (id) => rankings.rankings(c, id),
    queriesOf: (id) => rankings.queriesOf(c, id),
    readJudgements: (id, query) => rankings.readJudgements(c, id, query),
    readRanking: (id, query) => rankings.readRanking(c, id, query),

    putIndex: (collection, name, meta, arrays) => indexes.putIndex(c, collection, name, meta, arrays),
    getIndex: (collection, name) => indexes.getIndex(c, collection, name),
    dropIndex: (collection, name) => indexes.dropIndex(c, collection, name),
    indexParts: (collection, name) => indexes.indexParts(c, collection, name),
    readIndexPart: (collection, name, first) => indexes.readIndexPart(c, collection, name, first),
    putIndexPart: (collection, name, part, arrays) => indexes.putIndexPart(c, collection, name, part, arrays),
    claimIndex: (collection, name) => claim(`index:${collection}:${name}`),

    checkpoints: () => checkpoints.checkpoints(c),
    checkpoint: (id) => checkpoints.checkpoint(c, id),
    putCheckpoint: (checkpoint, weights) => checkpoints.putCheckpoint(c, checkpoint, weights),
    updateCheckpoint: (id, changes) => checkpoints.updateCheckpoint(c, id, changes),
    checkpointTensors: (id) => checkpoints.checkpointTensors(c, id),
    checkpointWeights: (id, names) => checkpoints.checkpointWeights(c, id, names),

    experiments: () => experiments.experiments(c),
    experiment: (id) => experiments.experiment(c, id),
    putExperiment: (experiment) => experiments.putExperiment(c, experiment),
    updateExperiment: (id, changes) => experiments.updateExperiment(c, id, changes),
    appendLog: (experiment, lines) => experiments.appendLog(c, experiment, lines),
    readLog: (experiment) => experiments.readLog(c, experiment),
    putTrainingState: (experiment, stage, state) => training.putTrainingState(c, experiment, stage, state),
    getTrainingState: (experiment, stage) => training.getTrainingState(c, experiment, stage),
    deleteTrainingState: (experiment, stage) => training.deleteTrainingState(c, experiment, stage),

    downloads: () => downloads.downloads(c),
    beginDownload: (download) => downloads.beginDownload(c, download),
    appendToDownload: (id, file, piece) => downloads.appendToDownload(c, id, file, piece),
    restartDownload: (id, file) => downloads.restartDownload(c, id, file),
    downloadedFile: (id, file) => downloads.downloadedFile(c, id, file),
    discardDownload: (id) => downloads.discardDownload(c, id),
    claimDownload: (id) => downloads.claimDownload(id),

    teachings: () => teachings.teachings(c),
    teaching: (id) => c.db.get('teachings', id),
    putTeaching: (teaching) => teachings.putTeaching(c, teaching),
    taught: (id) => teachings.taught(c, id),
    putTaught: (id, query, list, done) => teachings.putTaught(c, id, query, list, done),
    deleteTeaching: (id) => teachings.deleteTeaching(c, id),

    remove: (what, id) => deletion.remove(c, what, id),
    restore: (what, id) => deletion.restore(c, what, id),
    deleted: () => deletion.deleted(c),
    purge: (what, id) => deletion.purge(c, what, id),
    purgeDeleted: () => deletion.purgeDeleted(c),

    storageReport,
    persist,
    onChange: (listener) => c.changes.subscribe(listener),
    close: () => c.close(),
  };
}
