/** The page: what is known above, panels at the side, the network and its figures beside them. */
import { signal } from "@preact/signals";
import { openSource } from "./actions.ts";
import { CalibratePanel } from "./calibrate-panel.tsx";
import { ClosuresPanel } from "./closures-panel.tsx";
import { device, engine, networkVersion, solutionVersion } from "./connect.ts";
import { ExportPanel } from "./export-panel.tsx";
import { FaultBox, LossNotice, NoDeviceNotice } from "./fault-box.tsx";
import { Figures } from "./figures.tsx";
import { HealthPanel } from "./health-panel.tsx";
import { description, hasDevice } from "./network.ts";
import { OpenPanel } from "./open-panel.tsx";
import { SolvePanel } from "./solve-panel.tsx";
import { Tabs } from "./tabs.tsx";
import { TaskBar } from "./task-bar.tsx";
import { THEMES, type Theme, theme } from "./theme.ts";
import { TrainPanel } from "./train-panel.tsx";
import { Viewer } from "./viewer.tsx";

const TABS = [
  { id: "network", label: "Network", panel: OpenPanel },
  { id: "health", label: "Health", panel: HealthPanel },
  { id: "solve", label: "Solve", panel: SolvePanel },
  { id: "closures", label: "Closures", panel: ClosuresPanel },
  { id: "calibrate", label: "Calibrate", panel: CalibratePanel },
  { id: "train", label: "Train", panel: TrainPanel },
  { id: "export", label: "Export", panel: ExportPanel },
];

export const tab = signal("network");

export function App() {
  return (
    <>
      {/* Not a link: the address holds the settings, and cannot name a place too. */}
      <button type="button" class="skip" onClick={() => document.getElementById("picture")!.focus()}>
        Skip to the picture
      </button>
      <Header />
      <div class="notices">
        <FaultBox />
        <LossNotice />
        <NoDeviceNotice />
      </div>
      <main>
        <div class="side">
          <Tabs label="Panels" tabs={TABS} selected={tab} />
        </div>
        <div class="stage" id="picture" tabIndex={-1}>
          <Picture />
          <Figures />
        </div>
      </main>
      <div class="drop-hint" aria-hidden="true">
        Drop the files here
      </div>
    </>
  );
}

function Header() {
  return (
    <header>
      <h1>
        porenet <span>flow through pore networks, on your GPU, in this page</span>
      </h1>
      <TaskBar />
      <p class="adapter">{describeDevice()}</p>
      <label class="theme">
        <span>Theme</span>
        <select
          value={theme.value}
          onChange={({ currentTarget }) => (theme.value = currentTarget.value as Theme)}
        >
          {THEMES.map((each) => (
            <option key={each} value={each} selected={each === theme.value}>
              {each}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}

function describeDevice(): string {
  const state = device.value;
  if (!state) return "Looking for a GPU …";
  if (state.state === "ready") return state.kind === "software" ? `${state.name} (software)` : state.name;
  return state.state === "lost" ? "GPU device lost" : "No GPU device";
}

/** In 3D where there is a device, else as a drawing; before anything is open, a way to begin. */
function Picture() {
  if (!description.value) {
    return (
      <section class="empty" aria-label="Begin">
        <p>Open a pore network, or begin with a real sandstone.</p>
        <button type="button" class="primary" onClick={() => openSource({ kind: "sample", id: "berea" })}>
          Open Berea sandstone
        </button>
      </section>
    );
  }
  if (device.value?.state === "unavailable") return null;
  return (
    <Viewer
      stage={engine.stage}
      version={networkVersion.value + solutionVersion.value}
      hasGpu={hasDevice()}
    />
  );
}
