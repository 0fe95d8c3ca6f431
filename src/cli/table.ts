/** Tables for people: columns aligned, numbers to the right. */

/** @param left how many columns, from the first, are words */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: number,
): string[] {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) =>
    line
      .map((cell, column) => (column < left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}
