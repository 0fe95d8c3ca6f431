/** What went wrong, and how to go on: faults, a lost device, a browser without WebGPU. */
import { solve } from "./actions.ts";
import { device, engine, fault, loss } from "./connect.ts";

export function FaultBox() {
  if (fault.value === undefined) return null;
  return (
    <div class="notice fault" role="alert">
      <p>{fault.value}</p>
      <button type="button" onClick={() => (fault.value = undefined)}>
        Dismiss
      </button>
    </div>
  );
}

export function LossNotice() {
  if (!loss.value) return null;
  const { reason, stopped } = loss.value;
  const isBack = device.value?.state === "ready";
  return (
    <div class="notice" role="alert">
      <p>
        <strong>The GPU device was lost.</strong> {reason}{" "}
        {isBack ? "It has been opened anew; networks, models and results are still here." : ""}
        {stopped && ` “${stopped}” was stopped by it and can be run again.`}
      </p>
      <div class="buttons">
        {isBack ? (
          <button type="button" onClick={solve}>
            Solve again
          </button>
        ) : (
          <button type="button" onClick={() => engine.session.openDevice()}>
            Try to open it again
          </button>
        )}
        <button type="button" onClick={() => (loss.value = undefined)}>
          Dismiss
        </button>
      </div>
    </div>
  );
}

/** Shown as long as there is no device. */
export function NoDeviceNotice() {
  const state = device.value;
  if (state?.state !== "unavailable") return null;
  return (
    <section class="notice" aria-label="No GPU device">
      <p>
        <strong>Nothing can be solved here yet.</strong> {state.reason}
      </p>
      <details>
        <summary>What to do</summary>
        <ul>
          <li>Chrome and Edge have WebGPU from version 113 on, Safari from 26, Firefox from 141.</li>
          <li>
            On Linux, Chrome may want it switched on: open <code>chrome://flags/#enable-unsafe-webgpu</code>,
            enable it, and start the browser anew.
          </li>
          <li>
            In Firefox, set <code>dom.webgpu.enabled</code> in <code>about:config</code>.
          </li>
          <li>
            Hardware acceleration must be on in the browser's settings, and the graphics driver up to date.
          </li>
          <li>Pages have WebGPU over https or from localhost only.</li>
        </ul>
        <button type="button" onClick={() => engine.session.openDevice()}>
          Look for a device again
        </button>
      </details>
      <p>
        Networks can be opened, examined, drawn and converted all the same: reading, health, distributions and
        files need no GPU.
      </p>
    </section>
  );
}
