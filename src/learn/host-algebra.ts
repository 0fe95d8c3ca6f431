/**
 * A model in float64 on the host: for use without tfjs, where a trained model is only evaluated, and the oracle of the
 * one on the device.
 */
import { activate } from "./activations.ts";
import type { Algebra } from "./model.ts";
import type { Topology } from "./topology.ts";
import type { Weights } from "./weights.ts";

/** features x items, row by row. */
export interface HostMatrix {
  readonly features: number;
  readonly items: number;
  readonly values: Float64Array;
}

export function createHostMatrix(features: number, items: number): HostMatrix {
  return { features, items, values: new Float64Array(features * items) };
}

/** @param rows items x features, as features.ts computes them */
export function transposeToHost(rows: Float32Array, features: number): HostMatrix {
  const items = features === 0 ? 0 : rows.length / features;
  const matrix = createHostMatrix(features, items);
  for (let n = 0; n < items; n++) {
    for (let f = 0; f < features; f++) matrix.values[f * items + n] = rows[n * features + f]!;
  }
  return matrix;
}

export function createHostAlgebra(weights: Weights, topology: Topology): Algebra<HostMatrix> {
  const { ends, throatCount, poreCount, coordination, throatStart } = topology;
  const ofEnds = (pores: HostMatrix, combine: (a: number, b: number) => number) => {
    const result = createHostMatrix(pores.features, throatCount);
    for (let f = 0; f < pores.features; f++) {
      const at = (end: number) => (end < 0 ? 0 : pores.values[f * poreCount + end]!);
      for (let e = 0; e < throatCount; e++) {
        result.values[f * throatCount + e] = combine(at(ends[2 * e]!), at(ends[2 * e + 1]!));
      }
    }
    return result;
  };
  return {
    dense(layer, x, activation) {
      const { matrix, bias } = weights.get(layer)!;
      const result = createHostMatrix(bias.length, x.items);
      for (let o = 0; o < bias.length; o++) {
        const row = result.values.subarray(o * x.items, (o + 1) * x.items).fill(bias[o]!);
        for (let i = 0; i < x.features; i++) {
          const w = matrix[i * bias.length + o]!;
          for (let n = 0; n < x.items; n++) row[n]! += w * x.values[i * x.items + n]!;
        }
        for (let n = 0; n < x.items; n++) row[n] = activate(activation, row[n]!);
      }
      return result;
    },
    add: (a, b) => ({ ...a, values: a.values.map((value, k) => value + b.values[k]!) }),
    join(parts) {
      const features = parts.reduce((sum, part) => sum + part.features, 0);
      const result = createHostMatrix(features, parts[0]!.items);
      let at = 0;
      for (const { values } of parts) {
        result.values.set(values, at);
        at += values.length;
      }
      return result;
    },
    normalize,
    sumEnds: (pores) => ofEnds(pores, (a, b) => a + b),
    compareEnds: (pores) => ofEnds(pores, (a, b) => Math.abs(a - b)),
    gatherThroats(throats, how) {
      const result = createHostMatrix(throats.features, poreCount);
      for (let f = 0; f < throats.features; f++) {
        for (let k = 0; k < ends.length; k++) {
          const pore = ends[k]!;
          if (pore < 0) continue;
          const share = how === "mean" ? 1 / coordination[pore]! : 1;
          result.values[f * poreCount + pore]! += share * throats.values[f * throatCount + (k >> 1)]!;
        }
      }
      return result;
    },
    limit: (x, bound) => ({ ...x, values: x.values.map((u) => bound * Math.tanh(u / bound)) }),
    poolThroats(throats) {
      const networks = throatStart.length - 1;
      const result = createHostMatrix(throats.features, networks);
      for (let f = 0; f < throats.features; f++) {
        for (let s = 0; s < networks; s++) {
          const [begin, end] = [throatStart[s]!, throatStart[s + 1]!];
          let sum = 0;
          for (let e = begin; e < end; e++) sum += throats.values[f * throatCount + e]!;
          result.values[f * networks + s] = sum / Math.max(1, end - begin);
        }
      }
      return result;
    },
  };
}

/** Added to variances (J. L. Ba et al., arXiv 1607.06450). */
export const LEAST_VARIANCE = 1e-5;

function normalize({ features, items, values }: HostMatrix): HostMatrix {
  const result = createHostMatrix(features, items);
  for (let n = 0; n < items; n++) {
    let mean = 0;
    for (let f = 0; f < features; f++) mean += values[f * items + n]! / features;
    let variance = 0;
    for (let f = 0; f < features; f++) variance += (values[f * items + n]! - mean) ** 2 / features;
    const scale = 1 / Math.sqrt(variance + LEAST_VARIANCE);
    for (let f = 0; f < features; f++) {
      result.values[f * items + n] = (values[f * items + n]! - mean) * scale;
    }
  }
  return result;
}
