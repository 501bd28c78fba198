/** Where the build puts the wasm backend's files. */
import wasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import wasmSimd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import wasmThreadedSimd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import relaxed from '../../src/kernels/wasm/build/kernels.relaxed.wasm?url';
import relaxedThreads from '../../src/kernels/wasm/build/kernels.relaxed-threads.wasm?url';
import simd from '../../src/kernels/wasm/build/kernels.simd.wasm?url';
import simdThreads from '../../src/kernels/wasm/build/kernels.simd-threads.wasm?url';
import { spawnThread } from '../../src/kernels/wasm/spawn';

export const wasmPaths = {
  'tfjs-backend-wasm.wasm': wasm,
  'tfjs-backend-wasm-simd.wasm': wasmSimd,
  'tfjs-backend-wasm-threaded-simd.wasm': wasmThreadedSimd,
};

export const wasmKernels = {
  urls: { relaxed, simd, 'relaxed-threads': relaxedThreads, 'simd-threads': simdThreads },
  spawn: spawnThread,
};
