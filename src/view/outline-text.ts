/**
 * Text as outlines: so that a picture has its letters on a machine without any font, and the same ones
 * everywhere.
 *
 * Understands the `<text>` elements that `svg.ts` writes. One with a character that `glyphs.ts` lacks, or
 * written in another way, stays text.
 */
import { GLYPH_LINES, GLYPH_UNITS_PER_EM } from "./generated/glyphs.ts";

interface Glyph {
  readonly advance: number;
  readonly path: string;
}

/** A stretch of text of one size, raised above the baseline by `rise` [px]. */
interface Run {
  readonly text: string;
  readonly size: number;
  readonly rise: number;
}

const UNDERSTOOD = new Set([
  "x",
  "y",
  "font-family",
  "font-size",
  "fill",
  "text-anchor",
  "font-weight",
  "transform",
]);
/** Bold is the regular letter with a stroke of this many ems. */
const BOLD_STROKE = 0.045;

let glyphs: Map<string, Glyph> | undefined;

/** The SVG with its texts replaced by paths; titles and descriptions stay. */
export function outlineText(svg: string): string {
  return svg.replaceAll(/<text ([^>]*)>(.*?)<\/text>/gs, (element, attributes: string, content: string) => {
    return outlineElement(readAttributes(attributes), content) ?? element;
  });
}

/** Width of a text as outlines [px]; characters without a glyph count nothing. */
export function measureOutline(text: string, size: number): number {
  let advance = 0;
  for (const character of text) advance += readGlyphs().get(character)?.advance ?? 0;
  return (advance * size) / GLYPH_UNITS_PER_EM;
}

function outlineElement(attributes: Map<string, string>, content: string): string | undefined {
  for (const name of attributes.keys()) if (!UNDERSTOOD.has(name)) return undefined;
  const runs = readRuns(content, Number(attributes.get("font-size") ?? Number.NaN));
  if (
    runs === undefined ||
    !runs.every(({ text }) => [...text].every((character) => readGlyphs().has(character)))
  ) {
    return undefined;
  }
  const width = runs.reduce((sum, { text, size }) => sum + measureOutline(text, size), 0);
  const anchor = attributes.get("text-anchor");
  let x = Number(attributes.get("x") ?? 0) - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
  const y = Number(attributes.get("y") ?? 0);
  const fill = attributes.get("fill") ?? "#000";
  const isBold = attributes.get("font-weight") === "bold";
  let paths = "";
  for (const run of runs) {
    paths += drawRun(run, x, y, isBold ? fill : undefined);
    x += measureOutline(run.text, run.size);
  }
  const transform = attributes.get("transform");
  return `<g fill="${fill}"${transform === undefined ? "" : ` transform="${transform}"`}>${paths}</g>`;
}

function drawRun({ text, size, rise }: Run, x: number, y: number, stroke: string | undefined): string {
  const scale = size / GLYPH_UNITS_PER_EM;
  let path = "";
  let advance = 0;
  for (const character of text) {
    const glyph = readGlyphs().get(character)!;
    if (glyph.path !== "") path += `M${advance} 0${glyph.path}`;
    advance += glyph.advance;
  }
  const bold =
    stroke === undefined ? "" : ` stroke="${stroke}" stroke-width="${BOLD_STROKE * GLYPH_UNITS_PER_EM}"`;
  const place = `translate(${x.toFixed(2)} ${(y - rise).toFixed(2)}) scale(${Number(scale.toPrecision(5))})`;
  return path === "" ? "" : `<path transform="${place}"${bold} d="${path}"/>`;
}

/** The content's stretches; `undefined` when it holds anything but text and `<tspan dy font-size>`. */
function readRuns(content: string, size: number): Run[] | undefined {
  if (!(size > 0)) return undefined;
  const runs: Run[] = [];
  let rise = 0;
  for (const part of content.split(/(<tspan[^>]*>.*?<\/tspan>)/s)) {
    if (part === "") continue;
    const span = /^<tspan([^>]*)>(.*)<\/tspan>$/s.exec(part);
    const attributes = readAttributes(span?.[1] ?? "");
    const text = span?.[2] ?? part;
    if (text.includes("<") || [...attributes.keys()].some((name) => name !== "dy" && name !== "font-size")) {
      return undefined;
    }
    rise -= Number(attributes.get("dy") ?? 0);
    runs.push({ text: decodeEntities(text), size: Number(attributes.get("font-size") ?? size), rise });
  }
  return runs;
}

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const match of text.matchAll(/([\w:-]+)="([^"]*)"/g)) attributes.set(match[1]!, match[2]!);
  return attributes;
}

function decodeEntities(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

function readGlyphs(): Map<string, Glyph> {
  if (glyphs !== undefined) return glyphs;
  glyphs = new Map();
  for (const line of GLYPH_LINES.split("\n")) {
    const [character] = line;
    const space = line.indexOf(" ", 1);
    glyphs.set(character!, {
      advance: Number(line.slice(character!.length, space)),
      path: line.slice(space + 1),
    });
  }
  return glyphs;
}
