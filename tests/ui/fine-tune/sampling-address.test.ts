import { describe, expect, it } from 'vitest';
import { SAMPLING_DEFAULTS } from '../../../src/recipes/defaults';
import {
  differentOptions,
  readSamplingAddress,
  SAMPLING_OPTIONS,
  toSamplingAddress,
  type SamplingChoice,
} from '../../../src/ui/fine-tune/sampling/sampling-address';

const read = (text: string) => readSamplingAddress(new URLSearchParams(text));

describe('the address of the sampling page', () => {
  it('says all that the page shows, and reads it back', () => {
    const choice: SamplingChoice = {
      recipe: 'demo-cl-kd',
      stage: 1,
      data: { run: 'my run & more', qrels: 'q' },
      sampling: { trainSampleSize: 16, trainSampleDepth: -1, keepNonRetrieved: 'relevant', shuffleDocs: false },
      seed: 7,
      epoch: 3,
      query: 'q 1',
    };
    const address = toSamplingAddress(choice);
    expect(read(new URLSearchParams(address).toString())).toEqual(choice);
  });

  it('leaves out what is as the recipe has it', () => {
    const plain: SamplingChoice = { recipe: 'bert-cl', stage: 0, data: {}, sampling: {}, epoch: 0 };
    expect(toSamplingAddress(plain)).toEqual({ recipe: 'bert-cl' });
    expect(read('')).toEqual({ stage: 0, data: {}, sampling: {}, epoch: 0 });
  });

  it('reads true, false and words where an option has them, and keeps what is no value for the form to refuse', () => {
    expect(read('keepNonRetrieved=true&removeUnjudged=false&relevant=topk&trainSampleSize=many').sampling).toEqual({
      keepNonRetrieved: true,
      removeUnjudged: false,
      relevant: 'topk',
      trainSampleSize: 'many',
    });
    expect(read('seed=x&epoch=-1&stage=two')).toEqual({ stage: 0, data: {}, sampling: {}, epoch: 0 });
  });

  it('knows every option of the sampling', () => {
    const { CL, KD } = SAMPLING_DEFAULTS;
    expect(SAMPLING_OPTIONS.map(({ key }) => key).sort()).toEqual(Object.keys(CL).sort());
    const different = differentOptions(KD, CL);
    expect({ ...CL, ...different }).toEqual(KD);
    expect(Object.keys(different)).not.toContain('shuffleDocs');
    expect(differentOptions(CL, CL)).toEqual({});
  });
});
