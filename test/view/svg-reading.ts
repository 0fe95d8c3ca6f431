/** Reads back what a figure's SVG says: elements, attributes, and the values that its axes assign to pixels. */

export type Attributes = Record<string, string>;

export interface SvgText {
  readonly content: string;
  readonly x: number;
  readonly y: number;
}

export function readElements(svg: string, name: string): Attributes[] {
  return [...svg.matchAll(new RegExp(`<${name}\\b([^>]*?)/?>`, "g"))].map((match) =>
    readAttributes(match[1]!),
  );
}

/** What a figure says of itself to who cannot see it. */
export function describedBy(svg: string): string {
  return /<desc>(.*)<\/desc>/.exec(svg)![1]!;
}

/** Corners of a path of straight lines [px]. */
export function readPoints(path: string): [number, number][] {
  return [...path.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)].map((match) => [Number(match[1]), Number(match[2])]);
}

/** Curves: paths without a filling. */
export function readLines(svg: string): Attributes[] {
  return readElements(svg, "path").filter(
    (path) => path["stroke-linejoin"] === "round" && path.fill === "none",
  );
}

/** Bands about curves. */
export function readBands(svg: string): Attributes[] {
  return readElements(svg, "path").filter((path) => path["fill-opacity"] === "0.2");
}

export function readTexts(svg: string): SvgText[] {
  return [...svg.matchAll(/<text\b([^>]*)>(.*?)<\/text>/gs)].map((match) => {
    const { x, y } = readAttributes(match[1]!);
    // A superscript reads as ^: 10^−3.
    const content = match[2]!
      .replaceAll(/<tspan dy="-[^>]*>/g, "^")
      .replaceAll(/<[^>]*>/g, "")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&");
    return { content, x: Number(x), y: Number(y) };
  });
}

export interface Calibration {
  toValue(pixel: number): number;
}

/**
 * The mapping of an axis, from the labels of its ticks: those below the plot share a y, those beside it an x.
 */
export function calibrateAxis(svg: string, direction: "x" | "y", kind: "linear" | "log"): Calibration {
  const labels = readTexts(svg).flatMap(({ content, x, y }) => {
    const value = parseLabel(content);
    return value === undefined ? [] : [{ value, x, y }];
  });
  const groups = new Map<number, typeof labels>();
  for (const label of labels) {
    const line = direction === "x" ? label.y : label.x;
    groups.set(line, [...(groups.get(line) ?? []), label]);
  }
  const ticks = [...groups.values()].sort((a, b) => b.length - a.length)[0]!;
  const toAxis = kind === "log" ? Math.log10 : (value: number) => value;
  // Labels stand four pixels (0.36 of 11) below the line of their tick.
  const points = ticks.map((tick) => ({
    pixel: direction === "x" ? tick.x : tick.y - 0.36 * 11,
    value: toAxis(tick.value),
  }));
  const [first, last] = [points[0]!, points.at(-1)!];
  const slope = (last.value - first.value) / (last.pixel - first.pixel);
  return {
    toValue: (pixel) => {
      const value = first.value + slope * (pixel - first.pixel);
      return kind === "log" ? 10 ** value : value;
    },
  };
}

export function parseLabel(label: string): number | undefined {
  const text = label.replaceAll("\u2009", "").replaceAll("\u2212", "-");
  const power = /^(?:([\d.]+)·)?10\^(-?\d+)$/.exec(text);
  if (power) return Number(`${power[1] ?? 1}e${power[2]}`);
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function readAttributes(text: string): Attributes {
  return Object.fromEntries([...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map((match) => [match[1], match[2]]));
}
