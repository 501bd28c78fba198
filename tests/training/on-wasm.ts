import { fileURLToPath } from 'node:url';
import { openDevice } from '../../src/kernels/device';
import { wasmKernelBytes } from '../../src/kernels/wasm/compile';
import { registerWasmKernels } from '../../src/kernels/wasm/register';

/** Opens wasm in Node as the app runs it: with our own programs. */
export async function openWasm(): Promise<void> {
  const wasmPaths = fileURLToPath(new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url));
  await openDevice({ backend: 'wasm', wasmPaths });
  await registerWasmKernels(await wasmKernelBytes('simd'));
}
