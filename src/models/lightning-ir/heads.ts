import { changedWeights, type AddedTensor } from '../../formats/changed-weights';
import type { WeightsFile } from '../../formats/weights-file';
import { FAMILIES, type Family } from '../families';

const zeros = (name: string, shape: number[]): AddedTensor => ({
  name,
  shape,
  values: async () => new Float32Array(shape.reduce((product, n) => product * n, 1)),
});

/** The file with a head of two layers under transformers' names; the last one's bias is 0 where it has none. */
export function headFromLayers(
  file: WeightsFile,
  family: Family,
  theirs: { dense: string; output: string },
): WeightsFile {
  const { dense, output } = FAMILIES[family];
  const nameOf = (name: string) => {
    if (name.startsWith(`${theirs.dense}.`)) return dense + name.slice(theirs.dense.length);
    if (name.startsWith(`${theirs.output}.`)) return output + name.slice(theirs.output.length);
    return name;
  };
  const has = (of: string) => file.tensors.some(({ name }) => name === `${theirs.output}.${of}`);
  return changedWeights(file, nameOf, has('weight') && !has('bias') ? [zeros(`${output}.bias`, [1])] : []);
}

/**
 * The file with a linear layer on the first token as an equal head of ELECTRA's kind, dense → gelu → linear: since
 * gelu(x) − gelu(−x) = x, rows w and −w of the dense layer, the rest 0, and weights 1 and −1 after it.
 */
export function headFromLinear(file: WeightsFile, family: Family, linear: string): WeightsFile {
  const { dense, output } = FAMILIES[family];
  const nameOf = (name: string) => (name.startsWith(`${linear}.`) ? undefined : name);
  const hidden = file.tensors.find(({ name }) => name === `${linear}.weight`)?.shape[1];
  if (hidden === undefined) return changedWeights(file, nameOf);
  const hasBias = file.tensors.some(({ name }) => name === `${linear}.bias`);
  const read = async (of: string) => (await file.read(`${linear}.${of}`)).values;
  const bias = { name: `${output}.bias`, shape: [1], values: () => read('bias') };
  return changedWeights(file, nameOf, [
    {
      name: `${dense}.weight`,
      shape: [hidden, hidden],
      async values() {
        const [w, rows] = [await read('weight'), new Float32Array(hidden * hidden)];
        rows.set(w);
        rows.set(
          w.map((value) => -value),
          hidden,
        );
        return rows;
      },
    },
    zeros(`${dense}.bias`, [hidden]),
    {
      name: `${output}.weight`,
      shape: [1, hidden],
      values: async () => Float32Array.from({ length: hidden }, (_, i) => [1, -1][i] ?? 0),
    },
    hasBias ? bias : zeros(bias.name, bias.shape),
  ]);
}
