/** A calibration's configuration as a form: controls with bounds, targets with values, and how to search. */
import type { CalibrationConfig, ControlName, MinimizeMethod } from "porenet/calibrate";
import {
  addTarget,
  CONTROL_FIELDS,
  changeSearch,
  changeTarget,
  moveBound,
  removeTarget,
  TARGET_FIELDS,
  type TargetKind,
  toggleControl,
  unitOf,
} from "./calibrate-panel.edit.ts";
import { NumberField, SelectField } from "./fields.tsx";

interface FormProps {
  readonly config: CalibrationConfig;
  onChange(config: CalibrationConfig): void;
}

const METHODS: Record<MinimizeMethod, string> = {
  "kasa-variance": "KASA by variance",
  kasa: "KASA as published",
  annealing: "annealing alone",
};

export function Asked(props: FormProps) {
  return (
    <>
      <Controls {...props} />
      <Targets {...props} />
      <Search {...props} />
    </>
  );
}

function Controls({ config, onChange }: FormProps) {
  return (
    <table>
      <caption>What may be moved</caption>
      <thead>
        <tr>
          <th scope="col">Control</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
        </tr>
      </thead>
      <tbody>
        {(Object.keys(CONTROL_FIELDS) as ControlName[]).map((name) => {
          const { label, unit } = CONTROL_FIELDS[name];
          const control = config.controls.find((each) => each.name === name);
          return (
            <tr key={name}>
              <th scope="row">
                <Tick
                  label={withUnit(label, unitOf(config, unit))}
                  isTicked={control !== undefined}
                  onChange={() => onChange(toggleControl(config, name))}
                />
              </th>
              {(["low", "high"] as const).map((end) => (
                <td key={end}>
                  {control && (
                    <NumberCell
                      name={`${label}, ${end === "low" ? "from" : "to"}`}
                      value={control[end]}
                      onChange={(value) => onChange(moveBound(config, name, end, value))}
                    />
                  )}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Those that there are, of whatever kind, then the common ones that there are not. */
function Targets({ config, onChange }: FormProps) {
  const { targets } = config;
  const others = (Object.keys(TARGET_FIELDS) as TargetKind[]).filter(
    (kind) => !targets.some((target) => target.kind === kind),
  );
  return (
    <table>
      <caption>What is to be reached</caption>
      <thead>
        <tr>
          <th scope="col">Target</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {targets.map((target, t) => {
          const label = TARGET_FIELDS[target.kind as TargetKind]?.label ?? target.kind;
          const axis = "axis" in target && target.axis !== undefined ? ` along ${target.axis}` : "";
          return (
            <tr key={`${target.kind}${axis}`}>
              <th scope="row">
                <Tick
                  label={withUnit(`${label}${axis}`, unitOf(config, target.kind))}
                  isTicked
                  onChange={() => onChange(removeTarget(config, t))}
                />
              </th>
              <td>
                <NumberCell
                  name={`${label}${axis}, value`}
                  value={target.value}
                  onChange={(value) => onChange(changeTarget(config, t, value))}
                />
              </td>
            </tr>
          );
        })}
        {others.map((kind) => (
          <tr key={kind}>
            <th scope="row">
              <Tick
                label={TARGET_FIELDS[kind].label}
                isTicked={false}
                onChange={() => onChange(addTarget(config, kind))}
              />
            </th>
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Search({ config, onChange }: FormProps) {
  const { search = {}, seed = 7, clouds = 1 } = config;
  const { method = "kasa-variance", maxEvaluations = 300, tolerance = 0.01 } = search;
  return (
    <div class="fields">
      <SelectField
        label="Method"
        value={method}
        choices={Object.entries(METHODS).map(([value, label]) => ({ value, label }))}
        onChange={(value) => onChange(changeSearch(config, { method: value as MinimizeMethod }))}
      />
      <NumberField
        label="True runs at most"
        isWhole
        min={1}
        value={maxEvaluations}
        onChange={(value = maxEvaluations) => onChange(changeSearch(config, { maxEvaluations: value }))}
      />
      <NumberField
        label="Tolerance"
        unit="%"
        value={Number((100 * tolerance).toPrecision(6))}
        onChange={(value = 100 * tolerance) => onChange(changeSearch(config, { tolerance: value / 100 }))}
      />
      <NumberField
        label="Clouds of pores"
        isWhole
        min={1}
        value={clouds}
        onChange={(value = clouds) => onChange({ ...config, clouds: value })}
      />
      <NumberField
        label="Seed"
        isWhole
        min={0}
        value={seed}
        onChange={(value = seed) => onChange({ ...config, seed: value })}
      />
    </div>
  );
}

interface TickProps {
  readonly label: string;
  readonly isTicked: boolean;
  onChange(): void;
}

function Tick({ label, isTicked, onChange }: TickProps) {
  return (
    <label>
      <input type="checkbox" checked={isTicked} onChange={onChange} />
      <span>{label}</span>
    </label>
  );
}

interface NumberCellProps {
  readonly name: string;
  readonly value: number;
  onChange(value: number): void;
}

/** Told when a number is complete, not while it is typed. */
function NumberCell({ name, value, onChange }: NumberCellProps) {
  return (
    <input
      type="number"
      inputMode="decimal"
      step="any"
      required
      aria-label={name}
      value={value}
      onChange={({ currentTarget }) => {
        if (currentTarget.reportValidity()) onChange(currentTarget.valueAsNumber);
      }}
    />
  );
}

function withUnit(label: string, unit: string): string {
  return unit === "" ? label : `${label} [${unit}]`;
}
