/**
 * Compares BERT, ELECTRA and RoBERTa with PyTorch's numbers on models of random weights: logits, losses and every gradient, on each
 * backend that Node has. FOLDER has for each family F: F.config.json, F.safetensors, F.json (sequences, tokenTypes, labels, logits, losses)
 * and F.grad.LOSS.safetensors. Ends with exit code 1 where a difference is over 1e-4.
 *
 * npx tsx tests/oracle/tiny-models.ts FOLDER
 */
import * as tf from '@tensorflow/tfjs';
import { openAsBlob, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSafetensors } from '../../src/formats/safetensors';
import { readConfig } from '../../src/models/config';
import { CrossEncoder } from '../../src/models/cross-encoder';
import type { LossName } from '../../src/recipes/recipe';
import { NODE_BACKENDS, useNodeBackend } from '../kernels/backends';
import {
  gradientArrays,
  largestDifference,
  TINY_FAMILIES,
  tinyBatch,
  tinyLoss,
  type Expected,
} from '../models/tiny-models';

const TOLERANCE = 1e-4;
const LOSSES: LossName[] = ['LocalizedContrastive', 'RankNet', 'WeightedRankNet'];

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: npx tsx tests/oracle/tiny-models.ts FOLDER');
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown;
const weights = async (name: string) => openSafetensors(name, await openAsBlob(join(folder, name)));

let worst = 0;
for (const backend of NODE_BACKENDS) {
  await useNodeBackend(backend);
  for (const family of TINY_FAMILIES) {
    const expected = json(`${family}.json`) as Expected;
    const options = { headSeed: 1, freezePositionEmbeddings: false };
    const config = readConfig(json(`${family}.config.json`));
    const model = await CrossEncoder.load(config, await weights(`${family}.safetensors`), options);
    const logits = model.logits(tinyBatch(expected));
    const differences = [largestDifference(await logits.data(), expected.logits.flat())];
    let gradients = 0;
    for (const loss of LOSSES) {
      const result = model.lossAndGradients(tinyBatch(expected), tinyLoss(loss, expected));
      differences.push(Math.abs((await result.loss.data())[0]! - expected.losses[loss]));
      const found = await gradientArrays(model, result.gradients);
      for await (const { name, values } of await weights(`${family}.grad.${loss}.safetensors`)) {
        differences.push(largestDifference(found.get(name) ?? [], values));
        gradients++;
      }
      tf.dispose([result.loss, result.logits]);
      result.gradients.dispose();
    }
    const largest = Math.max(...differences);
    worst = Math.max(worst, largest);
    console.log(
      `${backend}: ${family}: logits ${differences[0]!.toExponential(1)}, with losses and ${gradients} gradients ${largest.toExponential(1)}`,
    );
    tf.dispose(logits);
    model.dispose();
  }
}
console.log(`largest difference ${worst.toExponential(1)}`);
if (!(worst <= TOLERANCE)) process.exitCode = 1;
