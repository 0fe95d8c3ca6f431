/**
 * Colours and sizes of all figures: a light theme that survives print, photocopy and colour blindness.
 *
 * Series: the palette of Okabe and Ito, "Color Universal Design" (2008). Fields: viridis of van der Walt
 * and Smith (matplotlib 1.5, 2015), perceptually uniform and monotone in lightness, from d3-scale-chromatic.
 */
import { interpolateViridis } from "d3-scale-chromatic";

export const FONT_FAMILY = "Roboto, Inter, Helvetica, Arial, 'DejaVu Sans', sans-serif";
export const TEXT_SIZE = 11;
export const TITLE_SIZE = 12;

export const INK = "#1b1b1b";
export const MUTED = "#595959";
export const AXIS = "#4a4a4a";
export const GRID = "#e4e4e4";
/** What has no pressure: pores outside of the solved part. */
export const UNSOLVED = "#b9b9b9";

export const BLUE = "#0072b2";
export const VERMILLION = "#d55e00";
/** Okabe–Ito without its yellow, too faint for a line on white. */
export const SERIES_COLORS = [
  BLUE,
  VERMILLION,
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#000000",
] as const;

const STEPS = 128;
const FIELD_COLORS = Array.from({ length: STEPS }, (_, k) => interpolateViridis(k / (STEPS - 1)));

/** Colour of a field value scaled to 0…1; what is not a number is `UNSOLVED`. */
export function fieldColor(fraction: number): string {
  if (Number.isNaN(fraction)) return UNSOLVED;
  return FIELD_COLORS[Math.round(Math.min(1, Math.max(0, fraction)) * (STEPS - 1))]!;
}
