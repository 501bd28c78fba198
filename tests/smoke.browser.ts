import { expect, test } from 'vitest';

test('the test browser offers WebGPU', async () => {
  const adapter = await navigator.gpu.requestAdapter();
  expect(adapter).not.toBeNull();
});
