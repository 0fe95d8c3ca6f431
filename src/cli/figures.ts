/** Figures of a command: SVG files in a folder. */
import { join } from "node:path";
import { writeFileAtomically } from "../node/atomic-write.ts";

export type Figure = readonly [name: string, svg: string];

/** @returns the paths of the files written */
export async function writeFigures(folder: string, figures: readonly Figure[]): Promise<string[]> {
  const files: string[] = [];
  for (const [name, svg] of figures) {
    const path = join(folder, name);
    await writeFileAtomically(path, svg);
    files.push(path);
  }
  return files;
}
