/** Where a network comes from: plain data, for the page's forms, for links, and for the engine. */

/** Distances in micrometres here, for these are what people type. */
export interface CubicSource {
  readonly kind: "cubic";
  /** Pores along x, y and z. */
  readonly size: readonly [number, number, number];
  /** Between neighbours [µm]. */
  readonly spacing: number;
  readonly radii: RadiusLaw;
  readonly seed: number;
}

export interface RandomSource {
  readonly kind: "random";
  readonly count: number;
  /** Edge of the cube [µm]. */
  readonly edge: number;
  readonly connect: ConnectionLaw;
  readonly radii: RadiusLaw;
  readonly seed: number;
}

/** Lognormal radii of throats and pores. */
export interface RadiusLaw {
  /** Median [µm]. */
  readonly throat: number;
  /** Median [µm]. */
  readonly pore: number;
  /** Standard deviation of the logarithm [-]. */
  readonly spread: number;
}

export type ConnectionLaw =
  | { readonly kind: "nearest"; readonly k: number }
  /** [µm] */
  | { readonly kind: "threshold"; readonly distance: number }
  | { readonly kind: "delaunay" };

export interface SampleSource {
  readonly kind: "sample";
  readonly id: string;
}

/** What a person opened; only they can open it again. */
export interface FileSource {
  readonly kind: "files";
  readonly names: readonly string[];
}

export type GeneratedSource = CubicSource | RandomSource;
export type Source = SampleSource | GeneratedSource | FileSource;

/** What a person knows that the files do not say. */
export interface KnownFacts {
  /** Edge of a voxel of the image [µm]. */
  readonly voxelSize?: number | undefined;
  /** Edges of the sample [µm], its lower corner at the origin. */
  readonly box?: readonly [number, number, number] | undefined;
}

export interface Sample {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly content:
    | { readonly kind: "statoil"; readonly prefix: string; readonly facts: KnownFacts }
    | { readonly kind: "benchmark"; readonly name: string; readonly sigma?: number }
    | { readonly kind: "generated"; readonly source: GeneratedSource };
}

export const DEFAULT_CUBIC: CubicSource = {
  kind: "cubic",
  size: [24, 24, 24],
  spacing: 100,
  radii: { throat: 10, pore: 25, spread: 0.4 },
  seed: 7,
};

export const DEFAULT_RANDOM: RandomSource = {
  kind: "random",
  count: 5000,
  edge: 2000,
  connect: { kind: "delaunay" },
  radii: { throat: 8, pore: 20, spread: 0.4 },
  seed: 7,
};

export const SAMPLES: readonly Sample[] = [
  {
    id: "berea",
    title: "Berea sandstone",
    note: "4659 pores and 7896 throats of a sandstone, out of a cube of 2.138 mm",
    // The edge of a voxel of its image, which learned closures look at; the files do not say it.
    content: { kind: "statoil", prefix: "samples/berea", facts: { voxelSize: 5.345 } },
  },
  {
    id: "lattice",
    title: "Cubic lattice",
    note: "13 824 pores with lognormal throats, 100 µm apart",
    content: { kind: "generated", source: DEFAULT_CUBIC },
  },
  {
    id: "random",
    title: "Random points, Delaunay",
    note: "5000 pores in a 2 mm cube",
    content: { kind: "generated", source: DEFAULT_RANDOM },
  },
  {
    id: "contrast",
    title: "Lattice of high contrast",
    note: "8000 pores a metre apart, ln g with a standard deviation of 2: hard for a solver",
    content: { kind: "benchmark", name: "cubic20", sigma: 2 },
  },
  {
    id: "large",
    title: "100 000 random pores",
    note: "each joined to its five nearest: some 300 000 throats",
    content: {
      kind: "generated",
      source: { ...DEFAULT_RANDOM, count: 100_000, edge: 5000, connect: { kind: "nearest", k: 5 } },
    },
  },
];
