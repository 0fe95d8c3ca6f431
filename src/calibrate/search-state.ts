/**
 * The state of a search: what was asked and what was answered. A search is deterministic, so that it goes on from its
 * state by being run again with the recorded answers, which costs its kriging anew but no evaluation.
 */
import { FormatError, OptionError } from "../errors.ts";
import { lowbias32 } from "../network/random.ts";
import {
  type Bounds,
  MINIMIZE_METHODS,
  type MinimizeMethod,
  type SearchSettings,
} from "./search-settings.ts";

const FORMAT = "porenet search";
const VERSION = 1;

/** Plain JSON. */
export interface SearchState {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly method: MinimizeMethod;
  readonly seed: number;
  readonly batchSize: number;
  readonly period: number;
  readonly bounds: Bounds;
  /** Evaluations of each round. */
  readonly rounds: readonly number[];
  /** Evaluations x variables, in the caller's units. */
  readonly points: readonly number[];
  /** null: +Infinity. */
  readonly values: readonly (number | null)[];
  /** Of a sum of squares, evaluations x terms; null: infinite. */
  readonly residuals?: readonly (number | null)[];
  /** Of all the numbers above. */
  readonly checksum: string;
}

/** Rounds as they are done; the checksum grows with them. */
export class SearchRecord {
  readonly rounds: number[] = [];
  readonly points: number[] = [];
  readonly values: number[] = [];
  readonly residuals: number[] = [];
  readonly #bounds: Bounds;
  readonly #settings: SearchSettings;
  readonly #checksum = new Checksum();

  constructor(bounds: Bounds, settings: SearchSettings) {
    this.#bounds = bounds.map(([low, high]) => [low, high] as const);
    this.#settings = settings;
  }

  add(round: RecordedRound): void {
    this.#checksum.addRound(round);
    this.rounds.push(round.values.length);
    this.points.push(...round.points.flat());
    this.values.push(...round.values);
    this.residuals.push(...(round.residuals?.flat() ?? []));
  }

  toState(): SearchState {
    const { method, seed, batchSize, period } = this.#settings;
    return {
      format: FORMAT,
      version: VERSION,
      method,
      seed,
      batchSize,
      period,
      bounds: this.#bounds,
      rounds: this.rounds.slice(),
      points: this.points.slice(),
      values: this.values.map(toJson),
      ...(this.#settings.sumOfSquares && { residuals: this.residuals.map(toJson) }),
      checksum: this.#checksum.toString(),
    };
  }
}

function toJson(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** What was asked in one round, and answered. */
export interface RecordedRound {
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
  readonly residuals?: readonly (readonly number[])[] | undefined;
}

/**
 * @throws {FormatError} when the state is damaged, or none
 * @throws {OptionError} when it is that of another search
 */
export function readState(state: SearchState, bounds: Bounds, settings: SearchSettings): RecordedRound[] {
  requireIntact(state);
  for (const key of ["method", "seed", "batchSize", "period"] as const) {
    if (state[key] !== settings[key]) throw otherSearch(key, `${settings[key]}, not ${state[key]}`);
  }
  if ((state.residuals !== undefined) !== settings.sumOfSquares) {
    throw otherSearch("sumOfSquares", `${settings.sumOfSquares}, not ${!settings.sumOfSquares}`);
  }
  const [asked, kept] = [JSON.stringify(bounds), JSON.stringify(state.bounds)];
  if (asked !== kept) throw otherSearch("bounds", `${asked}, not ${kept}`);
  return listRounds(state);
}

function otherSearch(option: string, difference: string): OptionError {
  return new OptionError(
    "state",
    `The state is that of another search: ${option} is ${difference}.`,
    "Resume with the options that the search was begun with, or begin anew without a state.",
  );
}

function listRounds({ rounds, points, values, residuals, bounds }: SearchState): RecordedRound[] {
  const size = bounds.length;
  const terms = residuals && residuals.length / values.length;
  const known = (value: number | null | undefined) => value ?? Number.POSITIVE_INFINITY;
  let at = 0;
  return rounds.map((count) => {
    const indices = Array.from({ length: count }, (_, i) => at + i);
    at += count;
    return {
      points: indices.map((i) => points.slice(i * size, (i + 1) * size)),
      values: indices.map((i) => known(values[i])),
      residuals: terms && indices.map((i) => residuals.slice(i * terms, (i + 1) * terms).map(known)),
    } as RecordedRound;
  });
}

function requireIntact(state: SearchState): void {
  const fail = (expected: string, found: string): never => {
    const remedy = "Begin anew without it, or take an older copy.";
    throw new FormatError("state", undefined, expected, found, remedy);
  };
  if (typeof state !== "object" || state === null || Array.isArray(state)) {
    fail("the state of a search", state === null ? "null" : Array.isArray(state) ? "a list" : typeof state);
  }
  const { format, version, bounds, rounds, points, values } = state;
  if (format !== FORMAT) fail(`"format": "${FORMAT}"`, JSON.stringify(format) ?? "none");
  if (version !== VERSION) fail(`"version": ${VERSION}`, JSON.stringify(version) ?? "none");
  if (!MINIMIZE_METHODS.includes(state.method))
    fail("a known method", JSON.stringify(state.method) ?? "none");
  if (!Array.isArray(bounds)) fail("bounds", JSON.stringify(bounds) ?? "none");
  const isWhole = (each: unknown) => Number.isInteger(each) && (each as number) > 0;
  if (!Array.isArray(rounds) || !rounds.every(isWhole))
    fail("rounds, whole numbers above 0", "something else");
  if (!Array.isArray(points) || !points.every(Number.isFinite))
    fail("points, finite numbers", "something else");
  if (!Array.isArray(values) || !values.every((each) => each === null || Number.isFinite(each))) {
    fail("values, finite numbers or null", "something else");
  }
  const { residuals } = state;
  if (residuals !== undefined) {
    const isList =
      Array.isArray(residuals) && residuals.every((each) => each === null || Number.isFinite(each));
    if (!isList || residuals.length % Math.max(1, values.length) !== 0) {
      fail("residuals, as many for each value", "something else");
    }
  }
  const count = rounds.reduce((sum, each) => sum + each, 0);
  if (values.length !== count) fail(`${count} values`, `${values.length}`);
  if (points.length !== count * bounds.length)
    fail(`${count * bounds.length} coordinates`, `${points.length}`);
  const checksum = new Checksum();
  for (const round of listRounds(state)) checksum.addRound(round);
  if (checksum.toString() !== state.checksum) {
    fail(`the checksum ${checksum.toString()}`, JSON.stringify(state.checksum) ?? "none");
  }
}

/** 64 bits of a sequence of numbers. */
class Checksum {
  readonly #number = new Float64Array(1);
  readonly #words = new Uint32Array(this.#number.buffer);
  #a = 1;
  #b = 2;

  add(value: number): void {
    // −0 is 0 in JSON.
    this.#number[0] = value === 0 ? 0 : value;
    for (const bits of this.#words) {
      this.#a = lowbias32(this.#a ^ bits);
      this.#b = lowbias32(this.#b + bits + this.#a);
    }
  }

  /** An infinite residual has lost its sign in JSON. */
  addRound({ points, values, residuals }: RecordedRound): void {
    this.add(values.length);
    points.forEach((point, i) => {
      for (const each of point) this.add(each);
      this.add(values[i]!);
      for (const each of residuals?.[i] ?? [])
        this.add(Number.isFinite(each) ? each : Number.POSITIVE_INFINITY);
    });
  }

  toString(): string {
    return [this.#a, this.#b].map((bits) => bits.toString(16).padStart(8, "0")).join("");
  }
}
