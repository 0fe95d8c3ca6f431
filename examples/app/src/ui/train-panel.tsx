/** Training of a small model: its data set is made on the spot, by a law that the model is not told. */
import { signal } from "@preact/signals";
import { proxy } from "comlink";
import { useEffect } from "preact/hooks";
import type { Figure } from "../engine/drawn-figure.ts";
import type { TrainingView } from "../engine/trainer.ts";
import type { TrainingSettings } from "../engine/trainer-data.ts";
import { Figures, WorkButtons } from "./calibrate-panel.parts.tsx";
import { attempt, engine } from "./connect.ts";
import { NumberField } from "./fields.tsx";
import { formatNumber, formatPercent } from "./format.ts";
import { saveBlob } from "./save.ts";

const settings = signal<TrainingSettings>({ networks: 80, epochs: 40, width: 16, seed: 7 });
const view = signal<TrainingView | undefined>(undefined);
const figures = signal<readonly Figure[]>([]);

const FIELDS: Readonly<Record<keyof TrainingSettings, string>> = {
  networks: "Networks to train on",
  epochs: "Epochs",
  width: "Width of the hidden layers",
  seed: "Seed",
};

let isListening = false;
function listen(): void {
  if (isListening) return;
  isListening = true;
  void engine.trainer.listen(
    proxy((next: TrainingView) => {
      view.value = next;
      if (next.figures) figures.value = next.figures;
    }),
  );
}

export function TrainPanel() {
  useEffect(listen, []);
  const { isUnderWay = false, canGoOn = false } = view.value ?? {};
  return (
    <section class="train" aria-labelledby="train-title">
      <h2 id="train-title">Train a small model</h2>
      <p class="hint">
        Random networks of 80 pores are solved with conductances that follow a hidden law. The model sees
        their geometry and one permeability each, and learns what throats conduct. Networks that it has not
        seen tell how well.
      </p>
      <fieldset class="asked" disabled={isUnderWay}>
        <legend>What is asked for</legend>
        <div class="fields">
          {(Object.keys(FIELDS) as (keyof TrainingSettings)[]).map((key) => (
            <NumberField
              key={key}
              label={FIELDS[key]}
              isWhole
              value={settings.value[key]}
              onChange={(value = settings.value[key]) => {
                settings.value = { ...settings.value, [key]: value };
              }}
            />
          ))}
        </div>
      </fieldset>
      <WorkButtons
        isUnderWay={isUnderWay}
        canGoOn={canGoOn}
        onStart={() => attempt(() => engine.trainer.start(settings.value))}
        onGoOn={() => attempt(() => engine.trainer.goOn())}
      />
      <Course />
      <Result />
      <Figures figures={figures.value} />
    </section>
  );
}

function Course() {
  const now = view.value;
  if (!now) return null;
  const { isUnderWay, epoch, epochs, loss, validation, secondsLeft } = now;
  const parts = [`${epoch} of ${epochs} epochs`];
  if (loss !== undefined) parts.push(`loss ${formatNumber(loss, 3)}`);
  if (validation !== undefined) parts.push(`validation error ${formatPercent(validation)}`);
  if (isUnderWay && secondsLeft !== undefined) parts.push(`${Math.ceil(secondsLeft)} s left`);
  return (
    <div class="course">
      <p class="numbers">{parts.join(", ")}</p>
      <SaveButtons isThere={epoch > 0} />
    </div>
  );
}

/** Two files, for a folder of their own. */
function SaveButtons({ isThere }: { readonly isThere: boolean }) {
  const save = (which: "manifest" | "weights") =>
    attempt(async () => {
      const { manifest, weightsName, weights } = await engine.trainer.exportModel();
      if (which === "manifest") saveBlob("manifest.json", new Blob([manifest], { type: "application/json" }));
      else saveBlob(weightsName, new Blob([weights]));
    });
  return (
    <div class="buttons">
      <button type="button" disabled={!isThere} onClick={() => save("manifest")}>
        Save manifest.json
      </button>
      <button type="button" disabled={!isThere} onClick={() => save("weights")}>
        Save weights.bin
      </button>
    </div>
  );
}

function Result() {
  const result = view.value?.result;
  if (!result) return null;
  return (
    <div class="result">
      <table>
        <caption>{`On ${result.unseen} networks that were not trained on`}</caption>
        <thead>
          <tr>
            <th scope="col">Predictor</th>
            <th scope="col">Mean |K/K* − 1|</th>
            <th scope="col">R² of log₁₀ K</th>
            <th scope="col">Within a factor of two</th>
          </tr>
        </thead>
        <tbody>
          {result.metrics.map(({ name, mape, r2Log10, withinFactor2 }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatPercent(mape)}</td>
              <td>{formatNumber(r2Log10, 3)}</td>
              <td>{formatPercent(withinFactor2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">{`Where conductances are chosen the model is there as “${result.name}”.`}</p>
    </div>
  );
}
