/** What a layer applies to its sums, as shaders/learn/dense.wgsl numbers them. */
export const ACTIVATIONS = ["none", "tanh", "relu", "silu"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** In float64. */
export function activate(activation: Activation, z: number): number {
  if (activation === "tanh") return Math.tanh(z);
  if (activation === "relu") return Math.max(0, z);
  return activation === "silu" ? z / (1 + Math.exp(-z)) : z;
}
