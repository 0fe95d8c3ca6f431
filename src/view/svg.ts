/**
 * SVG as strings: numbers short enough for a hundred thousand marks, text always escaped.
 *
 * Every text is one `<text>` element with its own size and colour and nothing inherited, so that
 * `outline-text.ts` can turn it into paths where a machine has no fonts.
 */
import { OptionError } from "../errors.ts";
import { FONT_FAMILY, INK, TEXT_SIZE } from "./theme.ts";

/** Smallest and largest sides of a figure [px]. */
const LEAST = { width: 240, height: 180 };
const MOST = 20_000;

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A coordinate or length to a tenth of a pixel. */
export function px(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(rounded === 0 ? 0 : rounded);
}

export function escapeXml(text: string): string {
  return replaceControls(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

export function drawElement(name: string, attributes: Attributes, content = ""): string {
  let text = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    text += ` ${key}="${typeof value === "number" ? px(value) : escapeXml(value)}"`;
  }
  return content === "" ? `${text}/>` : `${text}>${content}</${name}>`;
}

export function drawLine(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string {
  return drawElement("line", { x1, y1, x2, y2, ...attributes });
}

export interface TextStyle {
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly fill?: string;
  readonly bold?: boolean;
  /** Clockwise about (x, y) [degrees]. */
  readonly rotate?: number;
}

/**
 * One line of text with its baseline at y. `10^{-12}` sets a superscript: raised digits of a font are
 * drawn by a fallback font on many machines, a raised span never is.
 */
export function drawText(x: number, y: number, content: string, style: TextStyle = {}): string {
  const size = style.size ?? TEXT_SIZE;
  const attributes: Attributes = {
    x,
    y,
    "font-family": FONT_FAMILY,
    "font-size": size,
    fill: style.fill ?? INK,
    "text-anchor": style.anchor === "start" ? undefined : style.anchor,
    "font-weight": style.bold ? "bold" : undefined,
    transform: style.rotate ? `rotate(${px(style.rotate)} ${px(x)} ${px(y)})` : undefined,
  };
  return drawElement("text", attributes, setSuperscripts(content, size));
}

/**
 * The largest size up to `size` at which the text should fit into `width` [px], from the mean advance of
 * sans-serif fonts: the reader's font is not known.
 */
export function fitTextSize(content: string, size: number, width: number): number {
  const characters = content.replaceAll(/\^\{([^}]*)\}/g, "$1").length;
  return Math.max(6, Math.min(size, width / (characters * 0.56)));
}

export interface SvgDocument {
  readonly width: number;
  readonly height: number;
  /** What the picture is, one phrase, for screen readers and tooltips. */
  readonly title: string;
  /** What it shows, with its numbers. */
  readonly description: string;
}

/** @throws {OptionError} when a figure is too small for its texts. */
export function checkSize(size: { width: number; height: number }, least = LEAST): void {
  for (const side of ["width", "height"] as const) {
    if (size[side] >= least[side] && size[side] <= MOST) continue;
    throw new OptionError(
      side,
      `The ${side} is ${size[side]} px.`,
      `Give ${least[side]} to ${MOST} px; an SVG can be scaled.`,
    );
  }
}

/**
 * A whole SVG file on a white page.
 * @throws {OptionError} when it is too small for its texts.
 */
export function drawDocument(document: SvgDocument, body: string): string {
  const { width, height, title, description } = document;
  checkSize(document);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    body,
    "</svg>\n",
  ].join("\n");
}

function setSuperscripts(content: string, size: number): string {
  const raised = px(size * 0.36);
  let text = "";
  let isRaised = false;
  for (const [part, index] of content.split(/\^\{([^}]*)\}/).map((part, index) => [part, index] as const)) {
    if (part === "") continue;
    if (index % 2 === 1)
      text += `<tspan dy="-${raised}" font-size="${px(size * 0.72)}">${escapeXml(part)}</tspan>`;
    else if (isRaised) text += `<tspan dy="${raised}">${escapeXml(part)}</tspan>`;
    else text += escapeXml(part);
    isRaised = index % 2 === 1;
  }
  return text;
}

/** XML 1.0 has no way to write control characters and lone surrogates. */
function replaceControls(text: string): string {
  let clean = "";
  for (const character of text.replaceAll(/\p{Surrogate}/gu, "\ufffd")) {
    const code = character.codePointAt(0)!;
    clean +=
      code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xfffe || code === 0xffff ? " " : character;
  }
  return clean;
}
