/** What training says while it goes on: a bar on a terminal, else a line an epoch, on stderr. */
import type { TrainProgress } from "../learn/train.ts";
import { createProgressBar, hasBar } from "./progress.ts";

export interface TrainReporter {
  readonly onProgress: (progress: TrainProgress) => void;
  clear(): void;
}

/** @param what is trained, where it is not the model itself */
export function createTrainReporter(what: string, isQuiet: boolean): TrainReporter {
  const bar = createProgressBar(what, isQuiet);
  return {
    onProgress(progress) {
      const { member, members, epoch, epochs } = progress;
      const text = describeEpoch(progress);
      if (hasBar()) bar.show((member * epochs + epoch) / (members * epochs), text);
      else if (!isQuiet) process.stderr.write(`${what}: ${text}\n`);
    },
    clear: () => bar.clear(),
  };
}

export function describeEpoch(progress: TrainProgress): string {
  const { member, members, epoch, epochs, loss, validation, seconds, secondsLeft } = progress;
  const error = Number.isNaN(validation) ? "" : `, validation error ${formatPercent(validation)}`;
  return (
    `member ${member + 1}/${members}, epoch ${epoch}/${epochs}, loss ${loss.toPrecision(4)}${error}, ` +
    `${seconds.toFixed(2)} s, at most ${formatTime(secondsLeft)} left`
  );
}

/** @param share a fraction */
export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "unknown";
}

function formatTime(seconds: number): string {
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
