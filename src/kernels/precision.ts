import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { attempted } from './error-scopes';
import { openedDevice, type Device } from './opened-device';
import { HALF_GRADIENT_TOLERANCE, halfTest, type HalfTestResult } from './self-test';

/**
 * What a model computes with. `f16`: activations and their gradients are halves, in memory and in the products of linear layers, while
 * parameters, their gradients and moments stay floats (Micikevicius et al., "Mixed Precision Training", 2018). Only on webgpu.
 */
export type Precision = 'f32' | 'f16';

/** A precision for the open device, and why, as a clause: `the wasm backend computes in f32 only`. */
export interface ChosenPrecision {
  precision: Precision;
  because: string;
}

/**
 * The precision that the open device trains in. `auto`: f16 where the device has it, passes its test and is not slower with it; `f16`: where
 * it has it and passes; f32 otherwise. The first question about f16 takes about a second; nothing else may use the device meanwhile.
 */
export async function choosePrecision(asked: Precision | 'auto'): Promise<ChosenPrecision> {
  const f32 = (because: string): ChosenPrecision => ({ precision: 'f32', because });
  if (asked === 'f32') return f32('it was asked for');
  if (tf.getBackend() !== 'webgpu') return f32(`the ${tf.getBackend()} backend computes in f32 only`);
  const device = openedDevice();
  if (!device.features.includes('shader-f16')) return f32(`${device.name} has no half precision (shader-f16)`);
  const found = await tested(device);
  if (found instanceof Error) return f32(`half precision does not work on ${device.name}: ${found.message}`);
  const { maxGradientError, gflops, floatGflops } = found;
  if (!(maxGradientError <= HALF_GRADIENT_TOLERANCE)) {
    return f32(`gradients in half precision differ from the CPU's by ${rounded(maxGradientError)} of the largest`);
  }
  const speeds = `${rounded(gflops)} GFLOP/s in f16, ${rounded(floatGflops)} in f32`;
  if (asked === 'auto' && gflops < floatGflops) return f32(`half precision is slower here: ${speeds}`);
  return { precision: 'f16', because: `its gradients are right, and matrices are multiplied at ${speeds}` };
}

const results = new WeakMap<Device, Promise<HalfTestResult | Error>>();

/** A device is tested once. */
function tested(device: Device): Promise<HalfTestResult | Error> {
  const known = results.get(device) ?? attempted((tf.backend() as WebGPUBackend).device, halfTest);
  results.set(device, known);
  return known;
}

/** To two digits: 310, 0.47. */
const rounded = (value: number) => Number(value.toPrecision(2));
