import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { wasmKernels } from './src/kernels/wasm/compile.ts';

/** Cross-origin isolation: lets the wasm backend use threads. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The service worker, `workers/service.worker.ts`, with the list of what it keeps: all of the app but what few ever need. */
const offline = VitePWA({
  strategies: 'injectManifest',
  srcDir: 'workers',
  filename: 'service.worker.ts',
  injectRegister: false,
  manifest: false,
  injectManifest: {
    globPatterns: ['**/*.{html,js,mjs,css,svg,png,webmanifest,wasm,json,jsonl,tsv,txt,safetensors}'],
    globIgnores: ['**/ort-*.wasm'],
    maximumFileSizeToCacheInBytes: 8 * 1024 * 1024,
  },
});

export default defineConfig({
  base: './',
  plugins: [svelte(), wasmKernels(), offline],
  worker: { format: 'es' },
  // Not the port of `npm start`, whose service worker would answer in the place of this server.
  server: { headers: isolation, port: 5170 },
  preview: { headers: isolation },
  build: { target: 'es2023', chunkSizeWarningLimit: 3000 },
});
