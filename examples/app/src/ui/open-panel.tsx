/** Networks: files of one's own, samples, and what lies on the desk now. */
import { useId } from "preact/hooks";
import { SAMPLES } from "../sources.ts";
import { facts, openFiles, openSource } from "./actions.ts";
import { NumberField } from "./fields.tsx";
import { GeneratePanel } from "./generate-panel.tsx";
import { description } from "./network.ts";
import { NetworkSummary } from "./network-summary.tsx";
import { settings } from "./settings.ts";

export function OpenPanel() {
  return (
    <section aria-labelledby="open-title">
      <h2 id="open-title">Network</h2>
      <Remembered />
      <NetworkSummary />
      <OpenFiles />
      <h3>Samples</h3>
      <ul class="samples">
        {SAMPLES.map(({ id, title, note }) => (
          <li key={id}>
            <button type="button" onClick={() => openSource({ kind: "sample", id })}>
              <strong>{title}</strong>
              <span>{note}</span>
            </button>
          </li>
        ))}
      </ul>
      <GeneratePanel />
    </section>
  );
}

function OpenFiles() {
  const id = useId();
  return (
    <>
      <h3>Open files</h3>
      <label class="drop" for={id}>
        <span>
          <strong>Choose files</strong> or drop them anywhere on the page
        </span>
        <span class="hint">
          the four Statoil files (link1, link2, node1, node2), OpenPNM or PoreSpy JSON or CSV, or a trained
          model (manifest.json and its weights). Nothing is uploaded.
        </span>
        <input
          id={id}
          type="file"
          multiple
          accept=".dat,.json,.csv,.bin"
          onChange={async ({ currentTarget }) => {
            const files = Array.from(currentTarget.files ?? []);
            // The same files may be chosen again after they were mended.
            currentTarget.value = "";
            await openFiles(files);
          }}
        />
      </label>
      <KnownFacts />
    </>
  );
}

/** What JSON and CSV often do not say. */
function KnownFacts() {
  const { voxelSize, box } = facts.value;
  const setEdge = (k: number, edge: number | undefined) => {
    const edges = [0, 1, 2].map((each) => (each === k ? edge : box?.[each]) ?? 0);
    facts.value = {
      ...facts.peek(),
      box: edges.every((each) => each === 0) ? undefined : [edges[0]!, edges[1]!, edges[2]!],
    };
  };
  return (
    <details>
      <summary>What the files do not say</summary>
      <p class="hint">Used for the next files opened; what is left empty is taken from them.</p>
      <div class="fields">
        <NumberField
          label="Voxel size"
          unit="µm"
          isOptional
          min={0}
          value={voxelSize}
          onChange={(value) => (facts.value = { ...facts.peek(), voxelSize: value })}
        />
        {(["x", "y", "z"] as const).map((axis, k) => (
          <NumberField
            key={axis}
            label={`Sample along ${axis}`}
            unit="µm"
            isOptional
            min={0}
            value={box?.[k] || undefined}
            onChange={(value) => setEdge(k, value)}
          />
        ))}
      </div>
    </details>
  );
}

/** A link tells which files it was made with, and cannot bring them. */
function Remembered() {
  const { source } = settings.value;
  if (source?.kind !== "files" || description.value) return null;
  return (
    <p class="notice">
      This link was made with {source.names.join(", ")}: open {source.names.length > 1 ? "them" : "it"} to go
      on.
    </p>
  );
}
