/** What a device offers, in plain words, and what to do when it is less than it could be. */
import type { DeviceReport, StorageReport } from '../../../workers/protocol';

const FEATURES: Record<string, string> = {
  'shader-f16': 'half precision',
  subgroups: 'subgroups',
  'timestamp-query': 'timing',
  simd: 'SIMD',
  threads: 'threads',
  'relaxed-simd': 'relaxed SIMD',
};

/** The features that matter, in words. */
export function featuresInWords(features: readonly string[]): string {
  const known = features.flatMap((name) => FEATURES[name] ?? []);
  return known.length ? known.join(', ') : 'nothing special';
}

/** What it trains in, and why: `f32: the wasm backend computes in f32 only`. */
export function precisionInWords({ precision, because }: DeviceReport['precision']): string {
  return `${precision}: ${because}`;
}

export const BACKEND_NAMES: Record<DeviceReport['backend'], string> = { webgpu: 'WebGPU', wasm: 'WebAssembly' };

/** One sentence on how it will go. */
export function expectation(report: DeviceReport): string {
  switch (report.backend) {
    case 'webgpu':
      return /swiftshader|software|llvmpipe/i.test(report.adapter)
        ? 'WebGPU runs in software here: right, but slow. The demo works; real models want a graphics card.'
        : 'Training and ranking run on the graphics card.';
    case 'wasm':
      return 'Training and ranking run on the processor: fine for small models and short runs, slow for real ones.';
  }
}

/** What to do to get WebGPU. */
export const WEBGPU_HELP = [
  'Chrome and Edge have it on Windows, macOS and ChromeOS; on Linux turn on chrome://flags/#enable-unsafe-webgpu.',
  'Safari has it from version 26; Firefox from 141 on Windows, 145 on macOS.',
  'If it is there but not used, update the graphics driver and turn on hardware acceleration in the browser’s settings.',
];

/** The browser's figures on its storage; undefined where it has none to give. */
export function storageFigures(report: StorageReport | undefined): { usage: number; quota: number } | undefined {
  const { usage, quota } = report ?? {};
  return usage === undefined || quota === undefined ? undefined : { usage, quota };
}

/** A reason as a sentence: capital first, full stop last. */
export function sentence(reason: string): string {
  const text = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
