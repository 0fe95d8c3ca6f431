/**
 * Adam with decoupled weight decay (D. P. Kingma and J. Ba, ICLR 2015; I. Loshchilov and F. Hutter, ICLR 2019), its
 * state open so that training can go on where it was interrupted:
 *
 *   m ← β₁ m + (1 − β₁) ∇,  v ← β₂ v + (1 − β₂) ∇²,  w ← (1 − η λ) w − η m̂ / (√v̂ + ε)
 */
import type { Tensor, Tensors } from "./tensors.ts";

const BETA_1 = 0.9;
/** Lower than the usual 0.999, which a training of some hundred steps hardly fills. */
const BETA_2 = 0.99;
const EPSILON = 1e-8;

/** What a step leaves behind, variable by variable. */
export interface AdamState {
  readonly step: number;
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
}

type Variable = Tensor & { assign(value: Tensor): void };

export class AdamW implements Disposable {
  readonly #tensors: Tensors;
  readonly #variables: readonly Variable[];
  readonly #first: Variable[];
  readonly #second: Variable[];
  readonly #weightDecay: readonly number[];
  #step: number;

  /**
   * @param variables tf variables
   * @param weightDecay of each
   */
  constructor(
    tensors: Tensors,
    variables: readonly Tensor[],
    weightDecay: readonly number[],
    state?: AdamState,
  ) {
    const { tf } = tensors;
    this.#tensors = tensors;
    this.#variables = variables as readonly Variable[];
    this.#weightDecay = weightDecay;
    this.#step = state?.step ?? 0;
    const moments = (values: readonly Float32Array[] | undefined) =>
      variables.map(({ shape }, k) => {
        const initial = values ? tf.tensor(values[k]!, shape) : tf.zeros(shape);
        const made = tf.variable(initial, false);
        initial.dispose();
        return made as unknown as Variable;
      });
    this.#first = moments(state?.first);
    this.#second = moments(state?.second);
  }

  get step(): number {
    return this.#step;
  }

  /** @param gradients one a variable, shortened together to norm 1; they stay the caller's */
  apply(gradients: readonly Tensor[], learningRate: number): void {
    const { tf } = this.#tensors;
    this.#step++;
    const shortening = tf.tidy(() => {
      const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
      // Not addN, which binds all of them at once: devices offer 8 to 16 buffers a shader.
      return tf.div(1, tf.maximum(tf.sqrt(tf.sum(tf.stack(squares))), 1));
    });
    const size = learningRate / (1 - BETA_1 ** this.#step);
    const correction = 1 / (1 - BETA_2 ** this.#step);
    this.#variables.forEach((variable, k) => {
      tf.tidy(() => {
        const gradient = tf.mul(gradients[k]!, shortening);
        const first = tf.add(tf.mul(this.#first[k]!, BETA_1), tf.mul(gradient, 1 - BETA_1));
        const second = tf.add(tf.mul(this.#second[k]!, BETA_2), tf.mul(tf.square(gradient), 1 - BETA_2));
        const change = tf.div(tf.mul(first, size), tf.add(tf.sqrt(tf.mul(second, correction)), EPSILON));
        const decay = 1 - learningRate * this.#weightDecay[k]!;
        this.#first[k]!.assign(first);
        this.#second[k]!.assign(second);
        variable.assign(tf.sub(tf.mul(variable, decay), change));
      });
    });
    shortening.dispose();
  }

  /** A copy on the host. */
  async readState(): Promise<AdamState> {
    const read = (variables: readonly Variable[]) =>
      Promise.all(variables.map(async (each) => Float32Array.from(await each.data())));
    return { step: this.#step, first: await read(this.#first), second: await read(this.#second) };
  }

  [Symbol.dispose](): void {
    this.#tensors.tf.dispose([...this.#first, ...this.#second]);
  }
}
