/** The information matrix of a least-squares problem, M = Wᵀ W = R Rᵀ, and whether its columns are independent. */
import { OptionError } from "../errors.ts";
import { CholeskyFactor } from "./cholesky.ts";

/**
 * R of M = Wᵀ W.
 * @throws {OptionError} when the drift's functions are not independent on the points
 */
export function factorInformation(whiteDrift: Float64Array, size: number): CholeskyFactor {
  const gram = new Float64Array(size * size);
  for (let at = 0; at < whiteDrift.length; at += size) {
    for (let a = 0; a < size; a++) {
      for (let b = 0; b <= a; b++) gram[a * size + b]! += whiteDrift[at + a]! * whiteDrift[at + b]!;
    }
  }
  const factor = new CholeskyFactor(size);
  for (let a = 0; a < size; a++) {
    if (!factor.append(gram.subarray(a * size, (a + 1) * size), LEAST_INDEPENDENCE * gram[a * size + a]!)) {
      throw new OptionError(
        "drift",
        `The drift's function ${a} is a combination of those before it on the ${whiteDrift.length / size} points.`,
        "Give more points that do not lie on a line or a plane, or a simpler drift.",
      );
    }
  }
  return factor;
}

const LEAST_INDEPENDENCE = 1e-12;
