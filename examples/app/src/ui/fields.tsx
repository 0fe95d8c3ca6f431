/** Labelled inputs: every one has its name, its unit, and bounds that the browser itself checks. */
import type { ComponentChildren } from "preact";

interface NumberFieldProps {
  readonly label: string;
  readonly unit?: string;
  readonly value: number | undefined;
  readonly min?: number;
  readonly max?: number;
  /** Whole numbers only. */
  readonly isWhole?: boolean;
  /** May be left empty. */
  readonly isOptional?: boolean;
  readonly hint?: string;
  onChange(value: number | undefined): void;
}

export function NumberField({
  label,
  unit,
  value,
  min,
  max,
  isWhole = false,
  isOptional = false,
  hint,
  onChange,
}: NumberFieldProps) {
  return (
    <label class="field">
      <span>
        {label}
        {unit && <span class="unit"> [{unit}]</span>}
      </span>
      <input
        type="number"
        inputMode="decimal"
        step={isWhole ? 1 : "any"}
        {...(min !== undefined && { min })}
        {...(max !== undefined && { max })}
        required={!isOptional}
        {...(hint !== undefined && { placeholder: hint })}
        value={value ?? ""}
        onChange={({ currentTarget }) => {
          if (!currentTarget.reportValidity()) return;
          onChange(currentTarget.value === "" ? undefined : currentTarget.valueAsNumber);
        }}
      />
    </label>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  onChange(value: string): void;
}

export function SelectField({ label, value, choices, onChange }: SelectFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} selected={choice.value === value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A few choices side by side, one of them taken. */
export function Choices({
  label,
  name,
  value,
  choices,
  onChange,
}: SelectFieldProps & { readonly name: string }) {
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** A form that is sent when all of its fields are in order. */
export function Form({
  label,
  onSubmit,
  children,
}: {
  readonly label: string;
  onSubmit(): void;
  readonly children: ComponentChildren;
}) {
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
