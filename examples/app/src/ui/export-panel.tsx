/** What can be taken home: networks, fields, numbers, pictures, and a link that restores the settings. */
import { useSignal } from "@preact/signals";
import type { ExportKind } from "../engine/write-export.ts";
import { exportAs } from "./actions.ts";
import { attempt, engine } from "./connect.ts";
import { encodeSettings } from "./link.ts";
import { description, hasDevice, reports } from "./network.ts";
import { saveBlob, savePng } from "./save.ts";
import { settings } from "./settings.ts";

const NETWORK: readonly (readonly [ExportKind, string])[] = [
  ["network-json", "OpenPNM JSON"],
  ["network-csv", "OpenPNM CSV"],
  ["network-statoil", "Statoil, four files"],
];

const RESULTS: readonly (readonly [ExportKind, string])[] = [
  ["results-json", "Results as JSON"],
  ["fields-csv", "Pressures and flows as CSV"],
  ["gradient-csv", "∂K/∂g of every throat as CSV"],
  ["figure-svg", "Figure as SVG"],
];

/** Of the picture in 3D [px]. */
const PICTURE = { width: 1920, height: 1440 };

export function ExportPanel() {
  const isOpen = description.value !== undefined;
  const isSolved = reports.value.length > 0;
  const name = description.value?.health.name ?? "network";
  return (
    <section aria-labelledby="export-title">
      <h2 id="export-title">Export</h2>
      <h3>Network</h3>
      <div class="stack">
        {NETWORK.map(([kind, label]) => (
          <Export key={kind} kind={kind} label={label} isReady={isOpen} />
        ))}
        <Export
          kind="fields-vtp"
          label={isSolved ? "With its fields for ParaView (VTP)" : "For ParaView (VTP)"}
          isReady={isOpen}
        />
      </div>
      <h3>Results</h3>
      {!isSolved && <p class="hint">Solve first.</p>}
      <div class="stack">
        {RESULTS.map(([kind, label]) => (
          <Export key={kind} kind={kind} label={label} isReady={isSolved} />
        ))}
        <button type="button" disabled={!isSolved} onClick={() => attempt(saveFigure)}>
          Figure as PNG
        </button>
        <button
          type="button"
          disabled={!isOpen || !hasDevice()}
          onClick={() =>
            attempt(async () =>
              saveBlob(`${name}-3d.png`, await engine.stage.capture(PICTURE.width, PICTURE.height)),
            )
          }
        >
          3D picture as PNG
        </button>
      </div>
      <p class="hint">
        ∂K/∂g is as accurate as the single pressures: where throats of little influence matter, solve to a
        residual of 10⁻¹² first.
      </p>
      <Link />
    </section>
  );
}

function Export({
  kind,
  label,
  isReady,
}: {
  readonly kind: ExportKind;
  readonly label: string;
  readonly isReady: boolean;
}) {
  return (
    <button type="button" disabled={!isReady} data-export={kind} onClick={() => exportAs(kind)}>
      {label}
    </button>
  );
}

async function saveFigure(): Promise<void> {
  for (const { name, blob } of await engine.desk.write("figure-svg")) {
    await savePng(name.replace(/\.svg$/, ""), await blob.text());
  }
}

/** The address itself is the link; here it can be seen and copied. */
function Link() {
  const isCopied = useSignal(false);
  const link = new URL(`#${encodeSettings(settings.value)}`, location.href).href;
  const copy = () =>
    attempt(async () => {
      await navigator.clipboard.writeText(link);
      isCopied.value = true;
    });
  return (
    <>
      <h3>Link</h3>
      <label class="field">
        <span>Restores the network's source and all settings; the address bar has the same</span>
        <input
          type="text"
          readOnly
          value={link}
          onFocus={({ currentTarget }) => {
            isCopied.value = false;
            currentTarget.select();
          }}
        />
      </label>
      <button type="button" onClick={copy}>
        Copy the link
      </button>
      <p role="status" class="hint">
        {isCopied.value ? "Copied." : ""}
      </p>
      {settings.value.source?.kind === "files" && (
        <p class="hint">
          Files stay with you: the link names them, and asks whoever follows it to open them.
        </p>
      )}
    </>
  );
}
