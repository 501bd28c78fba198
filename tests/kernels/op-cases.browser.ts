import { beforeAll, test } from 'vitest';
import { OP_CASES } from './op-cases';
import { expectAgreement, openWebgpu } from './on-webgpu';

/** The cases that Node runs on wasm, on WebGPU. */
beforeAll(async () => {
  await openWebgpu();
});

test.each(OP_CASES.filter(({ hasOddSizes }) => !hasOddSizes))('$name', ({ compute }) => expectAgreement(compute));
