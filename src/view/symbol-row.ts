/** A legend along a line, wrapped where the line is full, whose entries draw their own symbols. */
import { drawElement, drawLine, drawText, px } from "./svg.ts";
import { INK } from "./theme.ts";

export interface SymbolEntry {
  readonly label: string;
  /** The symbol about (x, y) [px], at most 9 to either side. */
  draw(x: number, y: number): string;
}

const LINE = 16;
const SYMBOL = 24;
const GAP = 16;
/** Mean advance of sans-serif letters [px], generously: the reader's font is not known. */
const LETTER = 6.2;

/**
 * @param y middle of the first line [px]
 * @returns the drawing, and the height that it takes [px]
 */
export function drawSymbolRow(
  x: number,
  y: number,
  width: number,
  entries: readonly SymbolEntry[],
): { readonly svg: string; readonly height: number } {
  let [left, line] = [0, 0];
  const parts = entries.map(({ label, draw }) => {
    const letters = label.replaceAll(/\^\{([^}]*)\}/g, "$1").length;
    const needed = SYMBOL + letters * LETTER + GAP;
    if (left > 0 && left + needed > width + GAP) [left, line] = [0, line + 1];
    const [atX, atY] = [x + left, y + line * LINE];
    left += needed;
    return draw(atX + 9, atY) + drawText(atX + SYMBOL, atY + 4, label);
  });
  return { svg: parts.join("\n"), height: entries.length === 0 ? 0 : (line + 1) * LINE };
}

/** A line across the symbol, over a band where the curve has one. */
export function drawLineSymbol(
  x: number,
  y: number,
  { color, dash, isBand = false }: { color: string; dash?: string | undefined; isBand?: boolean },
): string {
  const band = { x: x - 9, y: y - 5, width: 18, height: 10, fill: color, "fill-opacity": "0.2" };
  return (
    (isBand ? drawElement("rect", band) : "") +
    drawLine(x - 9, y, x + 9, y, { stroke: color, "stroke-width": "1.8", "stroke-dasharray": dash })
  );
}

/** A five-pointed star that stands out from any colour. */
export function drawStar(x: number, y: number, radius: number, fill: string): string {
  const corners = Array.from({ length: 10 }, (_, k) => {
    const [angle, reach] = [(k * Math.PI) / 5 - Math.PI / 2, k % 2 === 0 ? radius : radius * 0.45];
    return `${px(x + reach * Math.cos(angle))} ${px(y + reach * Math.sin(angle))}`;
  });
  const outline = { stroke: "#fff", "stroke-width": "1.2", "stroke-linejoin": "miter" };
  return drawElement("path", { d: `M${corners.join("L")}Z`, fill, ...outline });
}

/** A slanted cross, dark over white. */
export function drawCross(x: number, y: number, reach: number): string {
  const d = `M${px(x - reach)} ${px(y - reach)}L${px(x + reach)} ${px(y + reach)}M${px(x - reach)} ${px(y + reach)}L${px(x + reach)} ${px(y - reach)}`;
  const line = { d, fill: "none" };
  return (
    drawElement("path", { ...line, stroke: "#fff", "stroke-width": px(3.4) }) +
    drawElement("path", { ...line, stroke: INK, "stroke-width": px(1.6) })
  );
}
