/** A legend along a line, wrapped where the line is full: for figures of several panels that share it. */
import { drawElement, drawLine, drawText } from "./svg.ts";

export interface RowEntry {
  readonly label: string;
  readonly color: string;
  readonly mark: "circle" | "line" | "dashes" | "bar";
}

const LINE = 16;
const MARK = 24;
const GAP = 16;
/** Mean advance of sans-serif letters [px], generously: the reader's font is not known. */
const LETTER = 6.2;

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
  let [left, line] = [0, 0];
  const parts = entries.map(({ label, color, mark }) => {
    const needed = MARK + label.length * LETTER + GAP;
    if (left > 0 && left + needed > width + GAP) [left, line] = [0, line + 1];
    const [px, py] = [x + left, y + line * LINE];
    left += needed;
    return drawMark(px, py, color, mark) + drawText(px + MARK, py + 4, label);
  });
  return { svg: parts.join("\n"), height: entries.length === 0 ? 0 : (line + 1) * LINE };
}

function drawMark(x: number, y: number, color: string, mark: RowEntry["mark"]): string {
  if (mark === "circle") return drawElement("circle", { cx: x + 9, cy: y, r: 3.5, fill: color });
  if (mark === "bar") {
    const box = { x: x + 2, y: y - 5, width: 14, height: 10 };
    return drawElement("rect", { ...box, fill: color, "fill-opacity": "0.35", stroke: color });
  }
  const dashes = mark === "dashes" ? "4 3" : undefined;
  return drawLine(x, y, x + 18, y, { stroke: color, "stroke-width": "1.8", "stroke-dasharray": dashes });
}
