import * as tf from '@tensorflow/tfjs';
import type { NamedArray } from '../formats/named-array';
import { adamW, adamWRows, type AdamWGroup, type AdamWOptions, type AdamWTable } from '../kernels/adam-w';
import { globalNorm } from '../kernels/global-norm';
import { readBack } from '../kernels/read-back';
import type { Gradients } from './gradients';
import type { Parameter } from './parameters';

export type AdamWHyperparameters = Pick<AdamWOptions, 'weightDecay' | 'beta1' | 'beta2' | 'epsilon'>;

/** Elements of a group's moments at most: 64 MiB, half of the smallest binding that WebGPU guarantees. */
const GROUP_ELEMENTS = 2 ** 24;

const MOMENTS = ['firstMoment', 'secondMoment'] as const;

/** Consecutive parameters of together at most `GROUP_ELEMENTS` elements, or one larger one. */
function grouped(parameters: Parameter[]): Parameter[][] {
  const groups: Parameter[][] = [];
  let size = Infinity;
  for (const parameter of parameters) {
    if (size + parameter.variable.size > GROUP_ELEMENTS) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(parameter);
    size += parameter.variable.size;
  }
  return groups;
}

const zeros = <R extends tf.Rank>(shape: tf.ShapeMap[R]) => tf.tidy(() => tf.variable(tf.zeros<R>(shape), false));

/**
 * AdamW (kernels/adam-w.ts) over a model's trainable parameters: holds their moments, which is what a run needs besides
 * the weights to be resumed. Frozen parameters are never updated nor decayed.
 */
export class AdamW {
  private readonly groups: { members: Parameter[]; state: AdamWGroup }[];
  private readonly tables: { member: Parameter; state: AdamWTable }[];
  private updates = 0;

  constructor(
    parameters: Parameter[],
    private readonly hyperparameters: AdamWHyperparameters,
  ) {
    const trainable = parameters.filter((parameter) => parameter.trainable);
    const byRole = (role: 'dense' | 'table') => trainable.filter(({ layout }) => layout.role === role);
    const dense = byRole('dense');
    // Those with a copy in halves first, as `AdamWGroup` wants them.
    const ordered = [...dense.filter(({ half }) => half), ...dense.filter(({ half }) => !half)];
    this.groups = grouped(ordered).map((members) => {
      const size = members.reduce((sum, { variable }) => sum + variable.size, 0);
      const [firstMoment, secondMoment] = [zeros<tf.Rank.R1>([size]), zeros<tf.Rank.R1>([size])];
      const halves = members.map(({ half }) => half);
      const parameters = members.map(({ variable }) => variable);
      return { members, state: { parameters, halves, firstMoment, secondMoment } };
    });
    this.tables = byRole('table').map((member) => {
      const parameter = member.variable as tf.Variable<tf.Rank.R2>;
      const [firstMoment, secondMoment] = [zeros<tf.Rank.R2>(parameter.shape), zeros<tf.Rank.R2>(parameter.shape)];
      return { member, state: { parameter, firstMoment, secondMoment } };
    });
  }

  /** Updates made so far. */
  get steps(): number {
    return this.updates;
  }

  /**
   * One update. Returns the norm of the gradient over all parameters before clipping (the caller's to dispose, and to read
   * when it wants: nothing here waits for the device). Does not dispose the gradients. Throws where one is missing.
   */
  step(gradients: Gradients, learningRate: number, clipNorm: number): tf.Scalar {
    const missing = [...this.groups.flatMap(({ members }) => members), ...this.tables.map(({ member }) => member)].find(
      ({ name }) => !gradients.dense.has(name) && !gradients.tables.has(name),
    );
    if (missing) throw new Error(`optimiser: expected a gradient for ${missing.name}, found none`);
    const gradientNorm = globalNorm(gradients.tensors());
    this.updates++;
    const options = { ...this.hyperparameters, learningRate, clipNorm, step: this.updates };
    for (const { members, state } of this.groups) {
      adamW(
        state,
        members.map(({ name }) => gradients.dense.get(name)!),
        gradientNorm,
        options,
      );
    }
    for (const { member, state } of this.tables) {
      adamWRows(state, gradients.tables.get(member.name)!, gradientNorm, options);
    }
    return gradientNorm;
  }

  /** The state to resume from: `step` [1] and, for each parameter, `NAME.firstMoment` and `NAME.secondMoment` in its shape. */
  async *arrays(): AsyncGenerator<NamedArray> {
    yield { name: 'step', shape: [1], values: Float32Array.of(this.updates) };
    for (const { members, state } of this.groups) {
      for (const moment of MOMENTS) {
        const values = (await readBack(state[moment], moment)) as Float32Array<ArrayBuffer>;
        let from = 0;
        for (const { name, variable } of members) {
          yield { name: `${name}.${moment}`, shape: variable.shape, values: values.slice(from, from + variable.size) };
          from += variable.size;
        }
      }
    }
    for (const { member, state } of this.tables) {
      for (const moment of MOMENTS) {
        const values = (await readBack(state[moment], moment)) as Float32Array<ArrayBuffer>;
        yield { name: `${member.name}.${moment}`, shape: member.variable.shape, values };
      }
    }
  }

  /** Takes up a state that `arrays` gave. Throws an error naming the first array that is missing or of another size. */
  async restore(arrays: AsyncIterable<NamedArray>): Promise<void> {
    const found = new Map<string, Float32Array>();
    for await (const { name, values } of arrays) found.set(name, values);
    const read = (name: string, size: number): Float32Array => {
      const values = found.get(name);
      if (values?.length === size) return values;
      throw new Error(`optimiser state ${name}: expected ${size} values, found ${values?.length ?? 'no such array'}`);
    };
    const states = [
      ...this.groups.map(({ members, state }) => ({ members, state })),
      ...this.tables.map(({ member, state }) => ({ members: [member], state })),
    ];
    const restored = states.flatMap(({ members, state }) =>
      MOMENTS.map((moment) => {
        const values = new Float32Array(state[moment].size);
        let from = 0;
        for (const { name, variable } of members) {
          values.set(read(`${name}.${moment}`, variable.size), from);
          from += variable.size;
        }
        return { variable: state[moment] as tf.Variable, values };
      }),
    );
    this.updates = read('step', 1)[0]!;
    for (const { variable, values } of restored) tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }

  dispose(): void {
    for (const { state } of [...this.groups, ...this.tables]) tf.dispose([state.firstMoment, state.secondMoment]);
  }
}
