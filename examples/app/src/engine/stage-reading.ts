/** What a pore or throat of the picture holds, to be read beside it. */
import { centreDistancesOf, INLET_RESERVOIR, type PoreNetwork, radiiOf } from "porenet";
import type { ScenePick } from "porenet/view";
import type { Solution } from "./session.ts";

/** Numbers in SI units; NaN and absent are alike: there is none. */
export interface ElementReading extends ScenePick {
  /** [m] */
  readonly radius?: number;
  /** Between the centres of its pores [m]. */
  readonly length?: number;
  /** Of a throat: its pores, "inlet" or "outlet". */
  readonly ends?: readonly [string, string];
  /** Of a pore: how many throats it has. */
  readonly coordination?: number;
  /** Of a pore [m]. */
  readonly position?: readonly [number, number, number];
  /** Above the outlet's [Pa]; of a throat the mean of its pores'. */
  readonly pressure?: number;
  /** [m³/s] */
  readonly flow?: number;
  /** ∂lnK/∂ln g [-] */
  readonly sensitivity?: number;
}

/** Sizes of a network's elements, found once. */
export interface ElementSizes {
  readonly pore: Float64Array | undefined;
  readonly throat: Float64Array | undefined;
  readonly length: Float64Array;
  readonly coordination: Uint32Array;
}

export function measureElements(network: PoreNetwork): ElementSizes {
  const coordination = new Uint32Array(network.poreCount);
  for (const pore of network.conns) if (pore >= 0) coordination[pore]!++;
  return {
    pore: radiiOf(network, "pore"),
    throat: radiiOf(network, "throat"),
    length: centreDistancesOf(network),
    coordination,
  };
}

export function readElement(
  { kind, index }: ScenePick,
  network: PoreNetwork,
  sizes: ElementSizes,
  solution: Solution | undefined,
): ElementReading {
  const radius = sizes[kind]?.[index];
  const known = { kind, index, ...(radius !== undefined && { radius }) };
  if (kind === "pore") {
    const { coords } = network;
    return {
      ...known,
      coordination: sizes.coordination[index]!,
      position: [coords[3 * index]!, coords[3 * index + 1]!, coords[3 * index + 2]!],
      ...(solution && { pressure: solution.result.pressures[index]! }),
    };
  }
  const [a, b] = [network.conns[2 * index]!, network.conns[2 * index + 1]!];
  const throat = { ...known, length: sizes.length[index]!, ends: [nameEnd(a), nameEnd(b)] as const };
  if (!solution) return throat;
  const { pressures, pressureDrop, throatFlows } = solution.result;
  const pressureAt = (end: number) =>
    end >= 0 ? pressures[end]! : end === INLET_RESERVOIR ? pressureDrop : 0;
  return {
    ...throat,
    pressure: (pressureAt(a) + pressureAt(b)) / 2,
    flow: throatFlows[index]!,
    ...(solution.sensitivity && { sensitivity: solution.sensitivity[index]! }),
  };
}

function nameEnd(end: number): string {
  return end >= 0 ? String(end) : end === INLET_RESERVOIR ? "inlet" : "outlet";
}
