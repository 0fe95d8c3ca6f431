/** Networks that are generated: what the page's forms say in micrometres, said to porenet in metres. */
import {
  type Connection,
  type Distribution,
  generateBenchmarkNetwork,
  generateCubic,
  generateRandom,
  type PoreNetwork,
} from "porenet";
import type { NetworkFacts } from "porenet/io";
import type { ConnectionLaw, GeneratedSource, KnownFacts, RadiusLaw, Sample } from "../sources.ts";

const MICRON = 1e-6;

/** @throws {OptionError} for values out of range */
export function generateNetwork(source: GeneratedSource): PoreNetwork {
  const common = {
    seed: source.seed,
    throatRadius: drawRadii(source.radii.throat, source.radii),
    poreRadius: drawRadii(source.radii.pore, source.radii),
  };
  if (source.kind === "cubic") {
    return generateCubic({ ...common, size: source.size, spacing: source.spacing * MICRON });
  }
  const { count, edge } = source;
  return generateRandom({ ...common, count, size: edge * MICRON, connect: connectBy(source.connect) });
}

export function generateBenchmark({
  name,
  sigma,
}: Extract<Sample["content"], { kind: "benchmark" }>): PoreNetwork {
  return generateBenchmarkNetwork(name, sigma === undefined ? {} : { sigma });
}

/** What the page knows in micrometres, in metres. */
export function toFacts({ voxelSize, box }: KnownFacts): NetworkFacts {
  return {
    voxelSize: voxelSize === undefined ? undefined : voxelSize * MICRON,
    box: box && {
      origin: [0, 0, 0],
      size: [box[0] * MICRON, box[1] * MICRON, box[2] * MICRON],
    },
  };
}

function drawRadii(median: number, { spread }: RadiusLaw): Distribution {
  return spread === 0
    ? { kind: "fixed", value: median * MICRON }
    : { kind: "lognormal", median: median * MICRON, sigma: spread };
}

function connectBy(law: ConnectionLaw): Connection {
  return law.kind === "threshold" ? { kind: law.kind, distance: law.distance * MICRON } : law;
}
