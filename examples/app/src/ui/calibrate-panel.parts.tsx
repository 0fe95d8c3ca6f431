/** What the panels of long work have in common: their buttons, their figures, and a file to open. */
import type { Figure as Drawn } from "../engine/drawn-figure.ts";
import { device, engine, task } from "./connect.ts";
import { Figure } from "./figure.tsx";

interface WorkButtonsProps {
  readonly isUnderWay: boolean;
  /** Whether something was stopped that can be gone on with. */
  readonly canGoOn: boolean;
  onStart(): void;
  onGoOn(): void;
}

export function WorkButtons({ isUnderWay, canGoOn, onStart, onGoOn }: WorkButtonsProps) {
  const isReady = device.value?.state === "ready";
  const isPaused = isUnderWay && task.value?.state === "paused";
  const isResumed = isPaused || (!isUnderWay && canGoOn);
  return (
    <>
      <div class="buttons">
        <button type="button" class="primary" disabled={isUnderWay || !isReady} onClick={onStart}>
          Start
        </button>
        <button
          type="button"
          disabled={isResumed ? !isReady : !isUnderWay}
          onClick={() => {
            if (!isResumed) void engine.tasks.pause();
            else if (isPaused) void engine.tasks.resume();
            else onGoOn();
          }}
        >
          {isResumed ? "Resume" : "Pause"}
        </button>
        <button type="button" disabled={!isUnderWay} onClick={() => void engine.tasks.stop()}>
          Stop
        </button>
      </div>
      {!isReady && <p class="hint">This needs WebGPU.</p>}
      {isPaused && <p class="hint">Paused.</p>}
    </>
  );
}

export function Figures({ figures }: { readonly figures: readonly Drawn[] }) {
  return (
    <div class="figures">
      {figures.map(({ name, title, svg }) => (
        <Figure key={name} name={name} title={title} drawing={{ svg }} />
      ))}
    </div>
  );
}

interface FileFieldProps {
  readonly label: string;
  onOpen(file: string, text: string): void;
}

/** A JSON file; the same one can be opened again. */
export function FileField({ label, onOpen }: FileFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="file"
        accept=".json,application/json"
        onChange={async ({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) onOpen(file.name, await file.text());
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
