/** A network that is solved by hand. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Two pores in a row between two others, all throats alike: K = g L / A. */
const ROW = {
  "pore.coords": [
    [0, 0, 0],
    [1e-4, 0, 0],
    [2e-4, 0, 0],
    [3e-4, 0, 0],
    [2e-4, 5e-5, 0],
  ],
  "throat.conns": [
    [0, 1],
    [1, 2],
    [2, 3],
  ],
  "throat.hydraulic_conductance": [2e-15, 2e-15, 2e-15],
  "pore.left": [true, false, false, false, false],
  "pore.right": [false, false, false, true, false],
};

/** Writes it as `row.json`. */
export function writeRow(folder: string): void {
  writeFileSync(join(folder, "row.json"), JSON.stringify(ROW));
}
