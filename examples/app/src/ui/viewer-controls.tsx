/** What is set beside the picture: its colours, a slice, sizes, and from where it is seen. */
import type { Remote } from "comlink";
import { useState } from "preact/hooks";
import type { Stage, StageState } from "../engine/stage.ts";
import { attempt } from "./connect.ts";
import { SelectField } from "./fields.tsx";
import { saveBlob } from "./save.ts";
import { COLOR_KINDS, type ColorKind, change, type SliceSettings, settings } from "./settings.ts";

const KIND_LABELS: Record<ColorKind, string> = {
  pressure: "pressure",
  flow: "flow rate",
  sensitivity: "sensitivity of K",
  radius: "radius",
};
const VIEWS = [
  { view: "oblique", label: "Oblique", name: "Oblique view" },
  { view: "x", label: "x", name: "View along x" },
  { view: "y", label: "y", name: "View along y" },
  { view: "z", label: "z", name: "View along z" },
] as const;
const WHOLE = { axis: "y", low: 0, high: 0.5 } as const satisfies SliceSettings;
/** The least thickness of a slice, as a share of the box. */
const THINNEST = 0.02;

interface ControlsProps {
  readonly stage: Remote<Stage>;
  readonly state: StageState | undefined;
}

export function ViewerControls({ stage, state }: ControlsProps) {
  const kinds = COLOR_KINDS.filter((kind) => state?.kinds.includes(kind));
  return (
    <div class="viewer-controls">
      <SelectField
        label="Colour by"
        value={state?.kind ?? "none"}
        choices={[
          ...kinds.map((kind) => ({ value: kind, label: KIND_LABELS[kind] })),
          ...(state?.kind === "none" || !state ? [{ value: "none", label: "nothing" }] : []),
        ]}
        onChange={(kind) => change({ colorBy: kind as ColorKind })}
      />
      <Slice />
      <Size stage={stage} />
      <fieldset class="viewer-views" aria-label="View">
        {VIEWS.map(({ view, label, name }) => (
          <button key={view} type="button" aria-label={name} onClick={() => stage.look(view)}>
            {label}
          </button>
        ))}
        <button type="button" onClick={() => stage.fit()}>
          Fit
        </button>
        <button
          type="button"
          aria-label="Save the picture as PNG"
          onClick={() => attempt(async () => saveBlob("network-3d.png", await stage.capture()))}
        >
          PNG
        </button>
      </fieldset>
    </div>
  );
}

function Slice() {
  const { slice } = settings.value;
  const { axis, low, high } = slice ?? WHOLE;
  const set = (changes: Partial<SliceSettings>) => change({ slice: { axis, low, high, ...changes } });
  return (
    <fieldset class="viewer-slice">
      <legend>
        <label>
          <input
            type="checkbox"
            checked={slice !== undefined}
            onChange={({ currentTarget }) => change({ slice: currentTarget.checked ? WHOLE : undefined })}
          />{" "}
          Slice
        </label>
      </legend>
      {slice && (
        <>
          <select
            aria-label="Axis of the slice"
            value={axis}
            onChange={({ currentTarget }) => set({ axis: currentTarget.value as SliceSettings["axis"] })}
          >
            {(["x", "y", "z"] as const).map((each) => (
              <option key={each} value={each} selected={each === axis}>
                {each}
              </option>
            ))}
          </select>
          <Slider
            label="Slice from"
            value={low}
            max={1 - THINNEST}
            onInput={(value) => set({ low: value, high: Math.max(high, value + THINNEST) })}
          />
          <Slider
            label="Slice to"
            value={high}
            min={THINNEST}
            onInput={(value) => set({ high: value, low: Math.min(low, value - THINNEST) })}
          />
        </>
      )}
    </fieldset>
  );
}

function Size({ stage }: { readonly stage: Remote<Stage> }) {
  const [size, setSize] = useState(1);
  return (
    <label class="viewer-size">
      <span>Size</span>
      <input
        type="range"
        min={-2}
        max={2}
        step="any"
        value={Math.log2(size)}
        aria-valuetext={`${size.toFixed(2)} times as large as they are`}
        onInput={({ currentTarget }) => {
          const scale = 2 ** currentTarget.valueAsNumber;
          setSize(scale);
          stage.setRadiusScale(scale, scale);
        }}
      />
    </label>
  );
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  onInput(value: number): void;
}

function Slider({ label, value, min = 0, max = 1, onInput }: SliderProps) {
  return (
    <input
      type="range"
      aria-label={label}
      aria-valuetext={`${Math.round(100 * value)} %`}
      min={min}
      max={max}
      step={0.01}
      value={value}
      onInput={({ currentTarget }) => onInput(currentTarget.valueAsNumber)}
    />
  );
}
