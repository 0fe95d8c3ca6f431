/** The figures below the picture: sizes, convergence, and the network as a drawing where there is no GPU. */
import { useSignal } from "@preact/signals";
import { device, engine, networkVersion, solutionVersion } from "./connect.ts";
import { Figure } from "./figure.tsx";
import { description, reports } from "./network.ts";
import { useLoaded } from "./use-loaded.ts";

const SIZE = { width: 640, height: 360 };

export function Figures() {
  if (!description.value) return null;
  const { name } = description.value.health;
  return (
    <section class="figures" aria-label="Figures">
      {device.value?.state === "unavailable" && <NetworkDrawing name={name} />}
      <Sizes name={name} />
      {reports.value.length > 0 && <Convergence name={name} />}
    </section>
  );
}

function NetworkDrawing({ name }: { readonly name: string }) {
  const drawing = useLoaded(
    async () => engine.desk.drawNetwork({ width: 720, height: 620 }),
    [networkVersion.value, solutionVersion.value],
  );
  return <Figure title="The network" name={`${name}-network`} drawing={drawing} />;
}

function Sizes({ name }: { readonly name: string }) {
  const weight = useSignal<"count" | "volume">("count");
  const shown = description.value?.hasVolumes ? weight.value : "count";
  const drawing = useLoaded(
    async () => engine.desk.drawSizes({ ...SIZE, weight: shown }),
    [networkVersion.value, shown],
  );
  return (
    <Figure title="Sizes" name={`${name}-sizes`} drawing={drawing}>
      {description.value?.hasVolumes && (
        <select
          aria-label="Bars show shares of"
          value={shown}
          onChange={({ currentTarget }) => (weight.value = currentTarget.value as "count" | "volume")}
        >
          <option value="count">by number</option>
          <option value="volume">by volume</option>
        </select>
      )}
    </Figure>
  );
}

function Convergence({ name }: { readonly name: string }) {
  const drawing = useLoaded(async () => engine.desk.drawConvergence(SIZE), [solutionVersion.value]);
  return <Figure title="Convergence" name={`${name}-convergence`} drawing={drawing} />;
}
