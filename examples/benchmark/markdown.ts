/** Tables that read well in a terminal and on a page, and the numbers in them. */

/** The first columns to the left, numbers to the right. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  leftColumns = 1,
): string {
  const widths = header.map((title, k) => Math.max(3, title.length, ...rows.map((row) => row[k]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, k) => (k < leftColumns ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join(" | ")} |`;
  const rule = `|${widths.map((width, k) => (k < leftColumns ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

/** Three significant digits, without powers of ten where people read times and ratios. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 1) return value.toFixed(2);
  return value === 0 ? "0" : String(Number(value.toPrecision(2)));
}

export function formatMilliseconds(seconds: number): string {
  return formatNumber(1000 * seconds);
}

export function formatMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

export function formatExponent(value: number | undefined): string {
  return value === undefined ? "–" : value.toExponential(1);
}

/** Digits in threes: 6 800 800. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}
