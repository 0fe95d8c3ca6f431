/**
 * Columns gathered from a file, and the network that they make.
 *
 * OpenPNM's exports nest in several ways: `pore.coords` at the top, in an object a network
 * (`net_01.pore.coords`), or split at each point, with `labels` and `properties` apart. A column therefore
 * has an owner, which is what stands before `pore` or `throat`; the network is the owner of `pore.coords`.
 * Columns of others (phases, algorithms) are left out.
 */
import { FormatError } from "../errors.ts";
import { type Box, PoreNetwork, type PropertyArray } from "../network/pore-network.ts";
import { foldReservoirs } from "./reservoirs.ts";

/** Values of one property with the place in the file that errors name. */
export interface Column {
  readonly values: Float64Array | Uint8Array;
  /** Values a row, 1 for a flat array. */
  readonly width: number;
  readonly line: number | undefined;
}

/** What a file may say beside its properties. */
export interface NetworkFacts {
  readonly name?: string | undefined;
  readonly box?: Box | undefined;
  readonly voxelSize?: number | undefined;
}

/** Owner and name of a property; undefined when the path names none. */
export function splitPropertyName(path: string): { owner: string; name: string } | undefined {
  const match = /^(?:(.*?)[./])?(pore|throat)[./](.+)$/.exec(path.replaceAll(" | ", "."));
  if (!match) return undefined;
  const owner = (match[1] ?? "").replace(/(^|[./])(labels|properties)$/, "");
  return { owner, name: `${match[2]}.${match[3]!.replaceAll("/", ".")}` };
}

export class NetworkColumns {
  readonly #owners = new Map<string, Map<string, Column>>();

  constructor(readonly file: string) {}

  /** @throws {FormatError} when the column is there already. */
  add(owner: string, name: string, column: Column): void {
    const columns = this.#owners.get(owner) ?? new Map<string, Column>();
    if (columns.has(name)) throw this.#fault(column.line, `${name} once`, "it again");
    columns.set(name, column);
    this.#owners.set(owner, columns);
  }

  /**
   * The network, with boundary pores folded into reservoirs.
   * @param leaveOut properties that say again what others say.
   * @throws {FormatError} when columns are missing, of wrong length, or name pores that do not exist.
   */
  build(facts: NetworkFacts, leaveOut: ReadonlySet<string> = new Set()): PoreNetwork {
    const columns = this.#findNetwork();
    const coords = this.#take(columns, "pore.coords", 3);
    const conns = this.#take(columns, "throat.conns", 2);
    const poreCount = coords.values.length / 3;
    const throatCount = conns.values.length / 2;
    const properties: [string, PropertyArray][] = [];
    for (const [name, column] of columns) {
      const count = name.startsWith("pore.") ? poreCount : throatCount;
      this.#checkLength(name, column, count);
      if (!leaveOut.has(name)) properties.push([name, column.values]);
    }
    const network = new PoreNetwork({
      coords: coords.values instanceof Float64Array ? coords.values : new Float64Array(coords.values),
      conns: this.#readConns(conns, poreCount),
      properties,
      ...(facts.name !== undefined && { name: facts.name }),
      ...(facts.box && { box: facts.box }),
      ...(facts.voxelSize !== undefined && { voxelSize: facts.voxelSize }),
    });
    return foldReservoirs(network);
  }

  #findNetwork(): Map<string, Column> {
    const found = [...this.#owners].filter(([, columns]) => columns.has("pore.coords"));
    if (found.length === 1) return found[0]![1];
    if (found.length > 1) {
      throw this.#fault(
        undefined,
        "one network",
        `pore.coords of ${found.map(([owner]) => `"${owner}"`).join(" and ")}`,
        "Export each network to a file of its own.",
      );
    }
    const names = [...this.#owners.values()].flatMap((columns) => [...columns.keys()]);
    throw this.#fault(
      undefined,
      "pore.coords",
      names.length > 0 ? `only ${names.slice(0, 8).join(", ")}` : "no pore.* or throat.* arrays",
      "A network needs pore.coords (n x 3) and throat.conns (m x 2).",
    );
  }

  #take(columns: Map<string, Column>, name: string, width: number): Column {
    const column = columns.get(name);
    if (!column) {
      throw this.#fault(
        undefined,
        name,
        "none",
        "A network needs pore.coords (n x 3) and throat.conns (m x 2).",
      );
    }
    const isFlat = column.width === 1 && column.values.length % width === 0;
    if (column.width !== width && !isFlat) {
      throw this.#fault(column.line, `${name} in rows of ${width}`, `rows of ${column.width}`);
    }
    columns.delete(name);
    return column;
  }

  #checkLength(name: string, { values, line }: Column, count: number): void {
    const rows = count === 0 ? 0 : values.length / count;
    if (count === 0 ? values.length === 0 : Number.isInteger(rows) && rows >= 1) return;
    const things = name.startsWith("pore.") ? "pores" : "throats";
    throw this.#fault(line, `${name} for ${count} ${things}`, `${values.length} values`);
  }

  #readConns({ values, line }: Column, poreCount: number): Int32Array {
    const conns = new Int32Array(values.length);
    for (let k = 0; k < values.length; k++) {
      const pore = values[k]!;
      if (!(Number.isInteger(pore) && pore >= 0 && pore < poreCount)) {
        throw this.#fault(
          line,
          `pores from 0 to ${poreCount - 1} in throat.conns`,
          `${pore} at throat ${k >> 1}`,
          "Indices count from 0.",
        );
      }
      conns[k] = pore;
    }
    return conns;
  }

  #fault(line: number | undefined, expected: string, found: string, remedy?: string): FormatError {
    return new FormatError(this.file, line, expected, found, remedy);
  }
}
