/** Networks to be generated: a cubic lattice, or random points joined by one of three laws. */
import { useSignal } from "@preact/signals";
import {
  type ConnectionLaw,
  type CubicSource,
  DEFAULT_CUBIC,
  DEFAULT_RANDOM,
  type RadiusLaw,
  type RandomSource,
} from "../sources.ts";
import { openSource } from "./actions.ts";
import { Choices, Form, NumberField, SelectField } from "./fields.tsx";
import { settings } from "./settings.ts";

/** Pores that a page should still take in good time. */
const MOST_PORES = 2_000_000;

export function GeneratePanel() {
  const { source } = settings.peek();
  const kind = useSignal<"cubic" | "random">(source?.kind === "random" ? "random" : "cubic");
  const cubic = useSignal<CubicSource>(source?.kind === "cubic" ? source : DEFAULT_CUBIC);
  const random = useSignal<RandomSource>(source?.kind === "random" ? source : DEFAULT_RANDOM);
  const isCubic = kind.value === "cubic";
  return (
    <details open={source?.kind === "cubic" || source?.kind === "random"}>
      <summary>Generate one</summary>
      <Form label="Generate a network" onSubmit={() => openSource(isCubic ? cubic.value : random.value)}>
        <Choices
          label="Arrangement"
          name="arrangement"
          value={kind.value}
          choices={[
            { value: "cubic", label: "Cubic lattice" },
            { value: "random", label: "Random points" },
          ]}
          onChange={(value) => (kind.value = value as "cubic" | "random")}
        />
        {isCubic ? (
          <CubicFields
            source={cubic.value}
            onChange={(changes) => (cubic.value = { ...cubic.value, ...changes })}
          />
        ) : (
          <RandomFields
            source={random.value}
            onChange={(changes) => (random.value = { ...random.value, ...changes })}
          />
        )}
        <button type="submit" class="primary">
          Generate
        </button>
      </Form>
    </details>
  );
}

function CubicFields({
  source,
  onChange,
}: {
  readonly source: CubicSource;
  onChange(changes: Partial<CubicSource>): void;
}) {
  const { size, spacing, radii, seed } = source;
  const setSize = (k: number, count = 1) => {
    const next = size.map((each, at) => (at === k ? count : each));
    onChange({ size: [next[0]!, next[1]!, next[2]!] });
  };
  return (
    <div class="fields">
      {(["x", "y", "z"] as const).map((axis, k) => (
        <NumberField
          key={axis}
          label={`Pores along ${axis}`}
          isWhole
          min={2}
          max={500}
          value={size[k]}
          onChange={(value) => setSize(k, value)}
        />
      ))}
      <NumberField
        label="Spacing"
        unit="µm"
        min={1e-3}
        value={spacing}
        onChange={(value = spacing) => onChange({ spacing: value })}
      />
      <LawFields radii={radii} seed={seed} onChange={onChange} />
    </div>
  );
}

function RandomFields({
  source,
  onChange,
}: {
  readonly source: RandomSource;
  onChange(changes: Partial<RandomSource>): void;
}) {
  const { count, edge, connect, radii, seed } = source;
  return (
    <div class="fields">
      <NumberField
        label="Pores"
        isWhole
        min={10}
        max={MOST_PORES}
        value={count}
        onChange={(value = count) => onChange({ count: value })}
      />
      <NumberField
        label="Edge of the cube"
        unit="µm"
        min={1e-3}
        value={edge}
        onChange={(value = edge) => onChange({ edge: value })}
      />
      <SelectField
        label="Throats join"
        value={connect.kind}
        choices={[
          { value: "delaunay", label: "neighbours by Delaunay" },
          { value: "nearest", label: "the nearest pores" },
          { value: "threshold", label: "all within a distance" },
        ]}
        onChange={(kind) => onChange({ connect: defaultConnection(kind, source) })}
      />
      {connect.kind === "nearest" && (
        <NumberField
          label="Nearest pores"
          isWhole
          min={1}
          max={50}
          value={connect.k}
          onChange={(k = connect.k) => onChange({ connect: { kind: "nearest", k } })}
        />
      )}
      {connect.kind === "threshold" && (
        <NumberField
          label="Distance"
          unit="µm"
          min={1e-3}
          value={connect.distance}
          onChange={(distance = connect.distance) => onChange({ connect: { kind: "threshold", distance } })}
        />
      )}
      <LawFields radii={radii} seed={seed} onChange={onChange} />
    </div>
  );
}

function LawFields({
  radii,
  seed,
  onChange,
}: {
  readonly radii: RadiusLaw;
  readonly seed: number;
  onChange(changes: { readonly radii?: RadiusLaw; readonly seed?: number }): void;
}) {
  const change = (changes: Partial<RadiusLaw>) => onChange({ radii: { ...radii, ...changes } });
  return (
    <>
      <NumberField
        label="Median throat radius"
        unit="µm"
        min={1e-3}
        value={radii.throat}
        onChange={(throat = radii.throat) => change({ throat })}
      />
      <NumberField
        label="Median pore radius"
        unit="µm"
        min={1e-3}
        value={radii.pore}
        onChange={(pore = radii.pore) => change({ pore })}
      />
      <NumberField
        label="Spread of ln r"
        min={0}
        max={3}
        value={radii.spread}
        onChange={(spread = radii.spread) => change({ spread })}
      />
      <NumberField
        label="Seed"
        isWhole
        min={0}
        max={2 ** 32 - 1}
        value={seed}
        onChange={(value = seed) => onChange({ seed: value })}
      />
    </>
  );
}

/** The distance begins at one and a half times the mean spacing: some 14 neighbours. */
function defaultConnection(kind: string, { count, edge }: RandomSource): ConnectionLaw {
  if (kind === "nearest") return { kind, k: 6 };
  if (kind === "threshold") return { kind, distance: Math.round((1.5 * edge) / Math.cbrt(count)) };
  return { kind: "delaunay" };
}
