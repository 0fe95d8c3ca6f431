/** A trained model where a closure may stand: what `computePermeability` solves with its conductances. */
import { OptionError } from "../errors.ts";
import type { ConductanceSource } from "../flow/permeability.ts";
import { resolveFlowDomain } from "../network/boundary.ts";
import { hydraulicConductance } from "../network/closure.ts";
import { examineDomain } from "../network/components.ts";
import { predictConductance, prepareFor, type TrainedModel } from "./trained-model.ts";

/**
 * @param options the edge of a voxel of the image behind the networks [m], where they do not say it themselves
 * @throws {OptionError} for a model without members, or one that predicts permeabilities and no conductances
 * @example
 * const { permeability } = await computePermeability(device, network, { closure: useModel(model) });
 */
export function useModel(
  model: TrainedModel,
  options: { readonly voxelSize?: number | undefined } = {},
): ConductanceSource {
  requireConductances(model);
  return {
    name: "learned",
    conduct(network, domainOptions, stated) {
      const domain = resolveFlowDomain(network, domainOptions);
      const { conduitLengths } = domain;
      const analytic = hydraulicConductance(network, { closure: model.config.closure, conduitLengths });
      // Where nothing flows, the permeability is 0 whatever throats conduct.
      const { values, viscosity } = examineDomain(domain, analytic.values).percolates
        ? predictConductance(model, prepareFor(model, network, { ...options, domain: domainOptions }))
        : analytic;
      if (stated === undefined || stated === viscosity) return { values, viscosity };
      // Given conductances are those of the fluid that is stated; others follow from geometry.
      const factor = analytic.closure === "given" ? 1 : viscosity / stated;
      return { values: values.map((g) => factor * g), viscosity: stated };
    },
  };
}

/** @throws {OptionError} for a model without members, or one that predicts permeabilities and no conductances */
export function requireConductances({ members, config }: TrainedModel): void {
  if (members.length === 0) {
    throw new OptionError("model", "The model has no member yet.", "Let its training go on.");
  }
  if (config.model.readout === "throat") return;
  throw new OptionError(
    "model",
    "The model predicts permeabilities of networks, and no conductances.",
    'Give one trained with { readout: "throat" }.',
  );
}
