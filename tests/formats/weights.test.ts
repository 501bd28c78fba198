import { describe, expect, it } from 'vitest';
import { bestWeights, shardsOf } from '../../src/formats/weights';

describe('weights', () => {
  it('are taken from safetensors rather than from a pickle, and whole rather than in shards', () => {
    const names = ['config.json', 'pytorch_model.bin.index.json', 'pytorch_model.bin'];
    expect(bestWeights(names)).toBe('pytorch_model.bin');
    expect(bestWeights([...names, 'model.safetensors.index.json'])).toBe('model.safetensors.index.json');
    expect(bestWeights([...names, 'model.safetensors'])).toBe('model.safetensors');
    expect(bestWeights(['tf_model.h5', 'onnx/model.onnx'])).toBeUndefined();
  });

  it('have their shards named once each', () => {
    const index = { metadata: {}, weight_map: { a: 'm-1.bin', b: 'm-2.bin', c: 'm-1.bin' } };
    expect(shardsOf('i.json', index)).toEqual(['m-1.bin', 'm-2.bin']);
  });

  it.each([null, {}, { weight_map: {} }, { weight_map: { a: 3 } }, { weight_map: { a: '../other/model.bin' } }])(
    'have no index in %j',
    (index) => {
      expect(() => shardsOf('i.json', index)).toThrow('i.json: expected a weight_map from tensors to files beside it');
    },
  );
});
