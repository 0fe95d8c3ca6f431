/** A progress bar on stderr, where that is a terminal. */
const WIDTH = 24;
/** Between two drawings [ms]. */
const INTERVAL = 100;

export interface ProgressBar {
  /** @param share from 0 to 1; it never goes back */
  show(share: number, text: string): void;
  /** Wipes the bar away. */
  clear(): void;
}

const SILENT: ProgressBar = { show: () => {}, clear: () => {} };

/** Whether stderr is a terminal that a bar can be drawn on; elsewhere lines will do. */
export function hasBar(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== "dumb";
}

export function createProgressBar(label: string, isQuiet: boolean): ProgressBar {
  if (isQuiet || !hasBar()) return SILENT;
  let drawn = Number.NEGATIVE_INFINITY;
  let most = 0;
  return {
    show(share, text) {
      most = Math.max(most, Math.min(1, share));
      const now = performance.now();
      if (now - drawn < INTERVAL) return;
      drawn = now;
      const full = Math.round(most * WIDTH);
      const percent = `${Math.floor(100 * most)}`.padStart(3);
      const line = `${label} [${"#".repeat(full)}${"-".repeat(WIDTH - full)}] ${percent} %  ${text}`;
      process.stderr.write(`\r${line.slice(0, (process.stderr.columns || 80) - 1)}\u001b[K`);
    },
    clear() {
      if (drawn > Number.NEGATIVE_INFINITY) process.stderr.write("\r\u001b[K");
    },
  };
}
