/** Panels behind tabs, by the pattern of WAI-ARIA: one tab in the order of focus, arrows between them. */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly panel: ComponentType;
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly selected: Signal<string>;
}

/** A panel is made when it is first seen, and stays: what is under way in it goes on. */
export function Tabs({ label, tabs, selected }: TabsProps) {
  const seen = useSignal<ReadonlySet<string>>(new Set());
  if (!seen.value.has(selected.value)) seen.value = new Set([...seen.value, selected.value]);
  const moveBy = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ id }) => id === selected.value);
    const to = STEPS[event.key]?.(at, tabs.length);
    if (to === undefined) return;
    event.preventDefault();
    const { id } = tabs[to]!;
    selected.value = id;
    document.getElementById(`tab-${id}`)?.focus();
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label} onKeyDown={moveBy}>
        {tabs.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={selected.value === id}
            aria-controls={`panel-${id}`}
            tabIndex={selected.value === id ? 0 : -1}
            onClick={() => (selected.value = id)}
          >
            {label}
          </button>
        ))}
      </div>
      {tabs.map(({ id, panel: Panel }) => (
        <div
          key={id}
          role="tabpanel"
          id={`panel-${id}`}
          aria-labelledby={`tab-${id}`}
          hidden={selected.value !== id}
        >
          {seen.value.has(id) && <Panel />}
        </div>
      ))}
    </div>
  );
}

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  ArrowUp: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};
