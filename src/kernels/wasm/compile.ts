import { mkdir, readFile, readdir, rename, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WasmVariant } from './register';

/**
 * The build step that makes our module from assembly/ (AssemblyScript): not part of the app. Runs in Node, from Vite's
 * plugin below, from tests and from benches.
 */
const SOURCES = new URL('./assembly/', import.meta.url);
const BUILD = new URL('./build/', import.meta.url);

/** The compiler's options for each build. A memory that threads share must be imported with tfjs's own maximum, 4 GiB. */
const SIMD = ['--enable', 'simd'];
const RELAXED = [...SIMD, '--enable', 'relaxed-simd'];
const THREADS = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];
const OPTIONS: Record<WasmVariant, string[]> = {
  simd: SIMD,
  relaxed: RELAXED,
  'simd-threads': [...SIMD, ...THREADS],
  'relaxed-threads': [...RELAXED, ...THREADS],
};

const fileOf = (variant: WasmVariant) => new URL(`kernels.${variant}.wasm`, BUILD);

const modified = async (file: URL) => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;

/** Compiles the builds where they are missing or older than a source. Throws the compiler's message on an error. */
export async function compileWasmKernels(): Promise<void> {
  const names = (await readdir(SOURCES)).filter((name) => name.endsWith('.ts'));
  const newest = Math.max(...(await Promise.all(names.map((name) => modified(new URL(name, SOURCES))))));
  for (const variant of Object.keys(OPTIONS) as WasmVariant[]) {
    if ((await modified(fileOf(variant))) > newest) continue;
    await mkdir(BUILD, { recursive: true });
    const { default: asc } = await import('assemblyscript/asc');
    // Written beside and moved into place, so that two processes may do it at once.
    const draft = new URL(`${variant}.${process.pid}.wasm`, BUILD);
    const { error, stderr } = await asc.main([
      fileURLToPath(new URL('index.ts', SOURCES)),
      ...['-O3', '--runtime', 'stub', '--noAssert', '--importMemory'],
      ...OPTIONS[variant],
      ...['--outFile', fileURLToPath(draft)],
    ]);
    if (error) throw new Error(`wasm kernels (${variant}): ${error.message}\n${stderr.toString()}`);
    await rename(draft, fileOf(variant));
  }
}

/** The bytes of a build, compiled if need be. */
export async function wasmKernelBytes(variant: WasmVariant): Promise<Uint8Array<ArrayBuffer>> {
  await compileWasmKernels();
  return new Uint8Array(await readFile(fileOf(variant)));
}

/** Vite's plugin: compiles before anything asks for `build/kernels.*.wasm?url`. */
export function wasmKernels(): { name: string; config(): Promise<void> } {
  return { name: 'wasm-kernels', config: compileWasmKernels };
}
