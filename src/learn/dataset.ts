/**
 * A data set: networks, each with the one permeability that was measured or simulated for it, and the ways to
 * part its rows so that no rock is learnt from and tested on at once.
 */
import { OptionError } from "../errors.ts";
import type { Axis } from "../network/flow-domain.ts";
import { requireInteger } from "../network/options.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { lowbias32, uniform } from "../network/random.ts";

/** What a row is for. "skip" keeps it out of everything: it shares voxels with both sides, say. */
export const SPLITS = ["train", "validation", "test", "skip"] as const;
export type Split = (typeof SPLITS)[number];

export interface DatasetRow {
  readonly name: string;
  readonly network: PoreNetwork;
  /** The label [m²]. */
  readonly permeability: number;
  /** Direction of the label, default x. */
  readonly axis?: Axis;
  /** Kind of rock. */
  readonly family?: string;
  /** Class of size, as "small". */
  readonly size?: string;
  /** Rows of one region share voxels; a row without one is a region of its own. */
  readonly region?: string;
  readonly split?: Split;
  /** Edge of a voxel of the image behind the network [m]. */
  readonly voxelSize?: number;
  /** Share of the volume that is void and joins both faces. */
  readonly porosity?: number;
  /** Area of the walls in a volume of rock [1/m]. */
  readonly specificSurface?: number;
}

export interface Dataset {
  readonly name: string;
  readonly rows: readonly DatasetRow[];
}

export interface Parted {
  readonly train: readonly DatasetRow[];
  readonly test: readonly DatasetRow[];
}

/**
 * The rows of one part. Where no row of the data set says what it is for, all of them are for training and
 * for testing alike, and none for validation.
 *
 * @example selectRows(dataset, "test")
 */
export function selectRows({ rows }: Dataset, part: Exclude<Split, "skip">): readonly DatasetRow[] {
  if (rows.every(({ split }) => split === undefined)) return part === "validation" ? [] : rows;
  return rows.filter(({ split }) => split === part);
}

/** Rows with the same group stay together. */
export type GroupOf = (row: DatasetRow) => string;

export const regionOf: GroupOf = ({ region, name }) => region ?? `row ${name}`;

/**
 * `count` folds for cross-validation. Every group is the test of exactly one fold. Groups are dealt out in
 * an order drawn by `seed`, family after family, so that each fold has its part of every family. The order of
 * the rows does not matter.
 *
 * @throws {OptionError} when there are fewer groups than folds
 * @example for (const { train, test } of partIntoFolds(rows, 5, 7)) …
 */
export function partIntoFolds(
  rows: readonly DatasetRow[],
  count: number,
  seed: number,
  groupOf: GroupOf = regionOf,
): Parted[] {
  requireInteger("count", count, 2);
  const groups = shuffleGroups(rows, seed, groupOf);
  if (groups.length < count) {
    throw new OptionError(
      "count",
      `${groups.length} regions cannot be parted into ${count} folds.`,
      "Ask for fewer folds.",
    );
  }
  const foldOf = new Map(groups.map((group, k) => [group, k % count]));
  return Array.from({ length: count }, (_, fold) => partBy(rows, (row) => foldOf.get(groupOf(row)) === fold));
}

/** One fold a family: it is tested on what was never seen. Rows without a family are trained on always. */
export function leaveFamiliesOut(rows: readonly DatasetRow[]): (Parted & { readonly family: string })[] {
  const families = [...new Set(rows.flatMap(({ family }) => (family === undefined ? [] : [family])))].sort();
  return families.map((family) => ({ family, ...partBy(rows, (row) => row.family === family) }));
}

/**
 * Keeps a share of the groups of every family out of training, to tell when to stop.
 *
 * @param share of the groups, above 0 and below 1; at least one group is held out and one is left
 * @returns what is left as `train`, what is held out as `test`
 * @throws {OptionError} when `share` is out of range or there is only one group
 */
export function holdOut(
  rows: readonly DatasetRow[],
  share: number,
  seed: number,
  groupOf: GroupOf = regionOf,
): Parted {
  if (!(share > 0 && share < 1)) {
    throw new OptionError("share", `share is ${share}.`, "Give a number above 0 and below 1.");
  }
  const groups = shuffleGroups(rows, seed, groupOf);
  if (groups.length < 2) {
    throw new OptionError("rows", `There is ${groups.length} region.`, "Give rows of at least two regions.");
  }
  const wanted = Math.round(share * groups.length);
  const count = Math.min(groups.length - 1, Math.max(1, wanted));
  // Evenly along the list, which goes family by family: each family gives its share.
  const held = new Set(
    Array.from({ length: count }, (_, k) => groups[Math.floor(((k + 0.5) * groups.length) / count)]!),
  );
  return partBy(rows, (row) => held.has(groupOf(row)));
}

function partBy(rows: readonly DatasetRow[], isTest: (row: DatasetRow) => boolean): Parted {
  return { train: rows.filter((row) => !isTest(row)), test: rows.filter(isTest) };
}

/** The groups family by family, within a family in an order that depends on their names and the seed only. */
function shuffleGroups(rows: readonly DatasetRow[], seed: number, groupOf: GroupOf): string[] {
  const families = new Map<string, string>();
  for (const row of rows) {
    const group = groupOf(row);
    const family = row.family ?? "";
    const known = families.get(group);
    if (known === undefined || family < known) families.set(group, family);
  }
  return [...families]
    .map(([group, family]) => ({ group, family, place: uniform(seed, hashText(family), hashText(group)) }))
    .sort((a, b) => compare(a.family, b.family) || a.place - b.place || compare(a.group, b.group))
    .map(({ group }) => group);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hashText(text: string): number {
  let hash = 0;
  for (let k = 0; k < text.length; k++) hash = lowbias32(hash ^ text.charCodeAt(k));
  return hash;
}
