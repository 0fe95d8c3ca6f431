/**
 * Settings as the part of an address after "#", and back: `#sample=berea&axis=z&closure=shape-factor`. Only what
 * differs from the defaults is written; what is not understood, as in a link that somebody cut, is left at its default.
 */
import {
  type ConnectionLaw,
  type CubicSource,
  DEFAULT_CUBIC,
  DEFAULT_RANDOM,
  type RadiusLaw,
  type RandomSource,
  type Source,
} from "../sources.ts";
import { COLOR_KINDS, DEFAULT_SETTINGS, type Settings, type SliceSettings } from "./settings.ts";

const AXES = ["x", "y", "z"] as const;
const PRECONDITIONERS = ["auto", "jacobi", "multigrid"] as const;
const CLOSURE = /^(auto|given|shape-factor|hagen-poiseuille|model:.+)$/;

/** Without the "#"; empty where all is at its default. */
export function encodeSettings(settings: Settings): string {
  const written: [string, string][] = [];
  const write = (key: string, value: string | number | undefined, standard: string | number | undefined) => {
    if (value !== undefined && value !== standard) written.push([key, String(value)]);
  };
  writeSource(settings.source, (key, value) => written.push([key, value]));
  write("axis", settings.axis, DEFAULT_SETTINGS.axis);
  write("closure", settings.closure, DEFAULT_SETTINGS.closure);
  write("preconditioner", settings.preconditioner, DEFAULT_SETTINGS.preconditioner);
  write("tolerance", settings.tolerance, DEFAULT_SETTINGS.tolerance);
  write("viscosity", settings.viscosity, DEFAULT_SETTINGS.viscosity);
  write("drop", settings.pressureDrop, DEFAULT_SETTINGS.pressureDrop);
  write("color", settings.colorBy, DEFAULT_SETTINGS.colorBy);
  const { slice } = settings;
  if (slice) write("slice", `${slice.axis}:${slice.low}:${slice.high}`, undefined);
  // A colon and a comma need no escape in a fragment, and read better without.
  return new URLSearchParams(written).toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
}

/** @param hash with or without its "#" */
export function decodeSettings(hash: string): Settings {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const choose = <T extends string>(key: string, choices: readonly T[], standard: T): T =>
    choices.find((choice) => choice === given.get(key)) ?? standard;
  const closure = given.get("closure") ?? "";
  return {
    source: readSource(given),
    axis: choose("axis", [...AXES, "all"], DEFAULT_SETTINGS.axis),
    closure: CLOSURE.test(closure) ? closure : DEFAULT_SETTINGS.closure,
    preconditioner: choose("preconditioner", PRECONDITIONERS, DEFAULT_SETTINGS.preconditioner),
    tolerance: readPositive(given.get("tolerance")) ?? DEFAULT_SETTINGS.tolerance,
    viscosity: readPositive(given.get("viscosity")) ?? DEFAULT_SETTINGS.viscosity,
    pressureDrop: readPositive(given.get("drop")) ?? DEFAULT_SETTINGS.pressureDrop,
    colorBy: choose("color", COLOR_KINDS, DEFAULT_SETTINGS.colorBy),
    slice: readSlice(given.get("slice")),
  };
}

function writeSource(source: Source | undefined, write: (key: string, value: string) => void): void {
  if (!source) return;
  if (source.kind === "sample") {
    write("sample", source.id);
  } else if (source.kind === "files") {
    for (const name of source.names) write("file", name);
  } else if (source.kind === "cubic") {
    write("cubic", source.size.join(","));
    write("spacing", String(source.spacing));
    writeLaw(source, write);
  } else {
    const { connect } = source;
    write("random", String(source.count));
    write("edge", String(source.edge));
    if (connect.kind === "nearest") write("connect", `nearest:${connect.k}`);
    else if (connect.kind === "threshold") write("connect", `threshold:${connect.distance}`);
    else write("connect", "delaunay");
    writeLaw(source, write);
  }
}

function writeLaw({ radii, seed }: CubicSource | RandomSource, write: (key: string, value: string) => void) {
  write("throat", String(radii.throat));
  write("pore", String(radii.pore));
  write("spread", String(radii.spread));
  write("seed", String(seed));
}

function readSource(given: URLSearchParams): Source | undefined {
  const sample = given.get("sample");
  if (sample) return { kind: "sample", id: sample };
  const names = given.getAll("file");
  if (names.length > 0) return { kind: "files", names };
  const size = given.get("cubic")?.split(",").map(readCount);
  if (size) {
    const [x, y, z] = size;
    return {
      kind: "cubic",
      size: size.length === 3 && x && y && z ? [x, y, z] : DEFAULT_CUBIC.size,
      spacing: readPositive(given.get("spacing")) ?? DEFAULT_CUBIC.spacing,
      ...readLaw(given, DEFAULT_CUBIC),
    };
  }
  if (!given.has("random")) return undefined;
  return {
    kind: "random",
    count: readCount(given.get("random")) ?? DEFAULT_RANDOM.count,
    edge: readPositive(given.get("edge")) ?? DEFAULT_RANDOM.edge,
    connect: readConnection(given.get("connect")),
    ...readLaw(given, DEFAULT_RANDOM),
  };
}

function readLaw(
  given: URLSearchParams,
  standard: CubicSource | RandomSource,
): { readonly radii: RadiusLaw; readonly seed: number } {
  const spread = readNumber(given.get("spread"));
  const seed = readNumber(given.get("seed"));
  return {
    radii: {
      throat: readPositive(given.get("throat")) ?? standard.radii.throat,
      pore: readPositive(given.get("pore")) ?? standard.radii.pore,
      spread: spread !== undefined && spread >= 0 ? spread : standard.radii.spread,
    },
    seed: seed !== undefined && Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32 ? seed : standard.seed,
  };
}

function readConnection(text: string | null): ConnectionLaw {
  const [kind, value = ""] = (text ?? "").split(":");
  const k = readCount(value);
  const distance = readPositive(value);
  if (kind === "nearest" && k) return { kind, k };
  if (kind === "threshold" && distance) return { kind, distance };
  return kind === "delaunay" ? { kind } : DEFAULT_RANDOM.connect;
}

function readSlice(text: string | null): SliceSettings | undefined {
  const [name, from = "", to = ""] = (text ?? "").split(":");
  const axis = AXES.find((each) => each === name);
  const low = readNumber(from);
  const high = readNumber(to);
  if (!axis || low === undefined || high === undefined) return undefined;
  return low >= 0 && high <= 1 && low < high ? { axis, low, high } : undefined;
}

function readNumber(text: string | null): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function readPositive(text: string | null): number | undefined {
  const value = readNumber(text);
  return value !== undefined && value > 0 ? value : undefined;
}

function readCount(text: string | null): number | undefined {
  const value = readPositive(text);
  return value !== undefined && Number.isInteger(value) ? value : undefined;
}
