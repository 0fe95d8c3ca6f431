// Writes src/view/generated/glyphs.ts: outlines of the characters that figures use, from Roboto Regular.
//
//   npm i --no-save opentype.js
//   node .ci/make-glyphs.js /usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf src/view/generated/glyphs.ts
import { readFileSync, writeFileSync } from "node:fs";
import opentype from "opentype.js";

const [fontFile, out] = process.argv.slice(2);
const bytes = readFileSync(fontFile);
const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const SIZE = 500;
let characters = "";
for (let code = 0x20; code <= 0x7e; code++) characters += String.fromCharCode(code);
for (let code = 0xa1; code <= 0xff; code++) if (code !== 0xad) characters += String.fromCharCode(code);
characters += "\u2009\u00a0−–—‘’“”…≤≥≈≠√∞ΔΦΩαβγδθκλμρστφ";
const lines = [];
const missing = [];
for (const character of new Set(characters)) {
  const glyph = font.charToGlyph(character);
  if (glyph.index === 0 && character !== "\u2009") {
    missing.push(character);
    continue;
  }
  const advance = character === "\u2009" ? 100 : Math.round((glyph.advanceWidth * SIZE) / font.unitsPerEm);
  let px = 0,
    py = 0,
    sx = 0,
    sy = 0,
    d = "",
    last = "";
  const rel = (...points) =>
    points
      .map(([x, y]) => `${x - px} ${y - py}`)
      .join(" ")
      .replace(/ -/g, "-");
  const emit = (letter, ...points) => {
    const numbers = rel(...points);
    d += letter === last ? (numbers.startsWith("-") ? numbers : ` ${numbers}`) : letter + numbers;
    last = letter;
    [px, py] = points.at(-1);
  };
  for (const c of glyph.getPath(0, 0, SIZE).commands) {
    const x = Math.round(c.x),
      y = Math.round(c.y);
    if (c.type === "M") {
      emit("m", [x, y]);
      [sx, sy] = [px, py];
    } else if (c.type === "L") {
      if (x === px && y === py) continue;
      emit("l", [x, y]);
    } else if (c.type === "Q") emit("q", [Math.round(c.x1), Math.round(c.y1)], [x, y]);
    else if (c.type === "Z") {
      d += "z";
      last = "z";
      [px, py] = [sx, sy];
    } else throw new Error(c.type);
  }
  lines.push(`${character}${advance} ${d}`);
}
writeFileSync(
  out,
  `/**
 * Outlines of the characters that figures use, for pictures on machines without fonts.
 * Roboto Regular, Copyright 2015 Google Inc., Apache License 2.0 (Debian fonts-roboto-unhinted 20170802),
 * scaled to 500 units an em, y down, rounded. Generated; do not edit.
 *
 * One line a character: the character, its advance, a space, its SVG path.
 */
export const GLYPH_UNITS_PER_EM = 500;

export const GLYPH_LINES = ${JSON.stringify(lines.join("\n"))};
`,
);
console.error("glyphs", lines.length, "missing", missing.join(""));
