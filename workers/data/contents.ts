/** What is in the data sets, and what can be made of them without the GPU. */
import { dataHealth } from '../../src/experiments/data-health';
import { evaluateStored } from '../../src/experiments/evaluate-stored';
import { SamplingExplainer } from '../../src/experiments/explain-sampling';
import { preprocess } from '../../src/experiments/preprocess';
import type { Dataset } from '../../src/storage/entries';
import { NotStoredError } from '../../src/storage/errors';
import type { Library } from '../../src/storage/library';
import type { ContentsApi } from '../protocol';
import { pushed } from '../stream';
import { browse, find } from './browse';

/** @throws NotStoredError. */
export async function storedDataset(library: Library, id: string): Promise<Dataset> {
  const dataset = await library.dataset(id);
  if (!dataset) throw new NotStoredError('data set', id);
  return dataset;
}

export function contentsApi(opened: Promise<Library>): ContentsApi {
  let explainer: SamplingExplainer | undefined;
  let searched = '';
  return {
    async browse(id, offset, limit, search) {
      const library = await opened;
      // A search takes seconds where there are millions: the one before it stops.
      const mine = (searched = `${id} ${search ?? ''}`);
      return browse(library, await storedDataset(library, id), offset, limit, search, () => searched === mine);
    },
    async find(id, wanted) {
      const library = await opened;
      return find(library, await storedDataset(library, id), wanted);
    },
    async texts(id, ids) {
      const texts = await (await opened).texts(id).texts(ids);
      return ids.map((document, i) => ({ id: document, text: texts[i]! }));
    },
    judgements: async (qrels, query) => Object.fromEntries(await (await opened).readJudgements(qrels, query)),
    async preprocess(request) {
      const library = await opened;
      return pushed(() => preprocess(library, request));
    },
    evaluate: async (request) => evaluateStored(await opened, request),
    health: async (question) => dataHealth(await opened, question),
    explainSampling: async (question) => (explainer ??= new SamplingExplainer(await opened)).answer(question),
  };
}
