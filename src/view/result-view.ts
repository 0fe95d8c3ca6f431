/** From a permeability to what figures are drawn from. */
import type { PermeabilityResult } from "../flow/permeability.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import type { ConvergenceHistory, SolveView } from "./solve-view.ts";

/**
 * A result with its network, for `renderSolveFigure`, `renderNetwork` and `renderConvergence`.
 * @example
 * const svg = renderSolveFigure(viewResult(network, await computePermeability(device, network)));
 */
export function viewResult(network: PoreNetwork, result: PermeabilityResult): SolveView {
  const { axis, pressures, pressureDrop, throatFlows, permeability, balance, solver } = result;
  const history = traceConvergence(result);
  return {
    network,
    axis,
    pressures,
    // A drop of 1 Pa is nobody's pressure but the default: shares of the drop say more.
    pressureUnit: pressureDrop === 1 ? "relative" : "Pa",
    throatFlows,
    permeability,
    balance,
    iterations: solver.iterations,
    status: solver.status,
    ...(history && { history }),
  };
}

/**
 * Residual and error of the permeability after each iteration. Looking back, the error after iteration k is what
 * the iterations after it removed of the energy, and the estimate of what is left.
 */
function traceConvergence({ solver }: PermeabilityResult): ConvergenceHistory | undefined {
  const { relativeResidual, energyDecrement } = solver.history;
  const count = relativeResidual.length;
  if (count === 0) return undefined;
  const error = new Float64Array(count);
  const energy = solver.energyErrorEstimate / solver.relativeErrorEstimate;
  let left = solver.energyErrorEstimate;
  for (let k = count - 1; k >= 0; k--) {
    error[k] = left / energy;
    left += energyDecrement[k]!;
  }
  return { iteration: Array.from({ length: count }, (_, k) => k + 1), residual: relativeResidual, error };
}
