/** A legend along a line for figures of several panels that share it: names with a mark of their colour. */
import { drawElement, drawLine } from "./svg.ts";
import { drawSymbolRow } from "./symbol-row.ts";

export interface RowEntry {
  readonly label: string;
  readonly color: string;
  readonly mark: "circle" | "line" | "dashes" | "bar";
}

/**
 * @param y middle of the first line [px]
 * @returns the drawing, and the height that it takes [px]
 */
export function drawLegendRow(
  x: number,
  y: number,
  width: number,
  entries: readonly RowEntry[],
): { readonly svg: string; readonly height: number } {
  const symbols = entries.map(({ label, color, mark }) => ({
    label,
    draw: (atX: number, atY: number) => drawMark(atX, atY, color, mark),
  }));
  return drawSymbolRow(x, y, width, symbols);
}

function drawMark(x: number, y: number, color: string, mark: RowEntry["mark"]): string {
  if (mark === "circle") return drawElement("circle", { cx: x, cy: y, r: 3.5, fill: color });
  if (mark === "bar") {
    const box = { x: x - 7, y: y - 5, width: 14, height: 10 };
    return drawElement("rect", { ...box, fill: color, "fill-opacity": "0.35", stroke: color });
  }
  const dashes = mark === "dashes" ? "4 3" : undefined;
  return drawLine(x - 9, y, x + 9, y, { stroke: color, "stroke-width": "1.8", "stroke-dasharray": dashes });
}
