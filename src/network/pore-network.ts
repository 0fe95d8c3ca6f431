/**
 * A pore network as plain data: typed arrays under OpenPNM's names.
 *
 * `pore.coords` [n x 3, m] and `throat.conns` [m x 2, pore indices from 0] are always there; everything
 * else is a property: `pore.*` of length n (or n x width), `throat.*` of length m (or m x width).
 * Labels (`pore.inlet`, …) are `Uint8Array`s of 0 and 1, numbers are `Float64Array`s [SI units].
 *
 * A throat that opens into a reservoir (Statoil networks) has `INLET_RESERVOIR` or `OUTLET_RESERVOIR`
 * in place of a pore index.
 */
import { NetworkError } from "../errors.ts";

/** In `throat.conns`: the throat's end is the inlet reservoir (-1 in Statoil files). */
export const INLET_RESERVOIR = -1;
/** In `throat.conns`: the throat's end is the outlet reservoir (0 in Statoil files). */
export const OUTLET_RESERVOIR = -2;

/** Numbers are Float64Array, indices Int32Array, labels Uint8Array (0 or 1). */
export type PropertyArray = Float64Array | Int32Array | Uint8Array;

/** The rectangular sample that the network was taken from. */
export interface Box {
  /** Lower corner [m]. */
  readonly origin: readonly [number, number, number];
  /** Edge lengths [m]. */
  readonly size: readonly [number, number, number];
}

export interface PoreNetworkData {
  readonly name?: string;
  /** n x 3 [m]. */
  readonly coords: Float64Array;
  /** m x 2: pore indices from 0, or a reservoir. */
  readonly conns: Int32Array;
  /** Further properties by their full names, as `"pore.diameter"`. */
  readonly properties?: Iterable<readonly [string, PropertyArray]>;
  readonly box?: Box;
  /** Edge of a voxel of the image that the network was extracted from [m]. */
  readonly voxelSize?: number;
}

export class PoreNetwork {
  readonly name: string;
  readonly poreCount: number;
  readonly throatCount: number;
  readonly coords: Float64Array;
  readonly conns: Int32Array;
  readonly box: Box | undefined;
  readonly voxelSize: number | undefined;
  readonly #properties = new Map<string, PropertyArray>();

  /** @throws {NetworkError} when lengths disagree or `conns` names a pore that does not exist. */
  constructor(data: PoreNetworkData) {
    this.name = data.name ?? "network";
    this.coords = data.coords;
    this.conns = data.conns;
    this.poreCount = data.coords.length / 3;
    this.throatCount = data.conns.length / 2;
    this.box = data.box;
    this.voxelSize = data.voxelSize;
    if (!Number.isInteger(this.poreCount)) {
      throw new NetworkError(
        `pore.coords holds ${data.coords.length} numbers, not a multiple of 3.`,
        "Give three coordinates for every pore.",
      );
    }
    if (!Number.isInteger(this.throatCount)) {
      throw new NetworkError(
        `throat.conns holds ${data.conns.length} numbers, not a multiple of 2.`,
        "Give two pores for every throat.",
      );
    }
    this.#checkConns();
    for (const [name, values] of data.properties ?? []) this.#add(name, values);
  }

  /** Names of all properties, `pore.coords` and `throat.conns` first. */
  get propertyNames(): string[] {
    return ["pore.coords", "throat.conns", ...this.#properties.keys()];
  }

  has(name: string): boolean {
    return name === "pore.coords" || name === "throat.conns" || this.#properties.has(name);
  }

  /** The property's array, not a copy; `undefined` when the network has none of this name. */
  get(name: string): PropertyArray | undefined {
    if (name === "pore.coords") return this.coords;
    if (name === "throat.conns") return this.conns;
    return this.#properties.get(name);
  }

  /**
   * The property as numbers.
   * @throws {NetworkError} when it is missing.
   */
  numbers(name: string): Float64Array {
    const values = this.get(name);
    if (values === undefined) {
      throw new NetworkError(
        `The network "${this.name}" has no ${name}.`,
        `It has: ${this.propertyNames.join(", ")}.`,
      );
    }
    return values instanceof Float64Array ? values : new Float64Array(values);
  }

  /** A network with further or replaced properties; the arrays are shared, not copied. */
  with(
    properties: Iterable<readonly [string, PropertyArray]>,
    changes: Partial<PoreNetworkData> = {},
  ): PoreNetwork {
    const merged = new Map(this.#properties);
    for (const [name, values] of properties) merged.set(name, values);
    return new PoreNetwork({
      name: this.name,
      coords: this.coords,
      conns: this.conns,
      ...(this.box && { box: this.box }),
      ...(this.voxelSize !== undefined && { voxelSize: this.voxelSize }),
      ...changes,
      properties: merged,
    });
  }

  #add(name: string, values: PropertyArray): void {
    const count = name.startsWith("pore.")
      ? this.poreCount
      : name.startsWith("throat.")
        ? this.throatCount
        : undefined;
    if (count === undefined) {
      throw new NetworkError(`A property is named "${name}".`, 'Begin its name with "pore." or "throat.".');
    }
    const width = values.length / count;
    if (count === 0 ? values.length !== 0 : !Number.isInteger(width) || width < 1) {
      throw new NetworkError(
        `${name} holds ${values.length} values for ${count} ${name.startsWith("pore.") ? "pores" : "throats"}.`,
        "Give one value, or one row of values, for each.",
      );
    }
    this.#properties.set(name, values);
  }

  #checkConns(): void {
    const wrong: number[] = [];
    for (let k = 0; k < this.conns.length && wrong.length < 20; k++) {
      const pore = this.conns[k]!;
      if (pore >= this.poreCount || pore < OUTLET_RESERVOIR) wrong.push(k >> 1);
    }
    if (wrong.length > 0) {
      throw new NetworkError(
        `throat.conns of throat ${wrong[0]} names pore ${this.conns[wrong[0]! * 2]} or ${this.conns[wrong[0]! * 2 + 1]}; there are ${this.poreCount} pores.`,
        "Indices count from 0; subtract 1 from 1-based ones.",
        wrong,
      );
    }
  }
}
