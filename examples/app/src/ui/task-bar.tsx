/** The long work under way: what it is, how far, and how to stop it. */
import { stop } from "./actions.ts";
import { task } from "./connect.ts";

export function TaskBar() {
  const now = task.value;
  const isUnderWay = now?.state === "running" || now?.state === "paused";
  return (
    <div class="task-bar">
      {/* Said once when it changes: a screen reader that reads out every step helps nobody. */}
      <p role="status" class={isUnderWay ? "" : "unseen"}>
        {now ? `${now.title}: ${now.state}` : ""}
      </p>
      {isUnderWay && (
        <>
          <progress
            aria-label={now.title}
            max={1}
            {...(now.fraction !== undefined && { value: now.fraction })}
          />
          <span class="numbers">{now.text ?? ""}</span>
          <button type="button" onClick={stop}>
            Stop
          </button>
        </>
      )}
    </div>
  );
}
