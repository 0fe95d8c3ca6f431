/** Calibration: what is asked for, as a form or as JSON, and its course while the engine works. */
import { signal } from "@preact/signals";
import { proxy } from "comlink";
import { useEffect } from "preact/hooks";
import type { CalibrationView } from "../engine/calibrator.ts";
import type { Figure } from "../engine/drawn-figure.ts";
import { readConfig, SAND, writeConfig } from "./calibrate-panel.edit.ts";
import { Asked } from "./calibrate-panel.form.tsx";
import { Figures, FileField, WorkButtons } from "./calibrate-panel.parts.tsx";
import { attempt, engine, networkVersion } from "./connect.ts";
import { formatNumber } from "./format.ts";
import { saveBlob } from "./save.ts";
import "./calibrate-panel.css";

/** What is asked for, as text: the form shows and changes the same. */
const text = signal(writeConfig(SAND));
/** The last text that a form can show, and whether it is the one that there is. */
const config = signal(SAND);
const isShown = signal(true);
const view = signal<CalibrationView | undefined>(undefined);
const figures = signal<readonly Figure[]>([]);

function setText(next: string): void {
  text.value = next;
  const read = readConfig(next);
  isShown.value = read !== undefined;
  if (read) config.value = read;
}

let isListening = false;
function listen(): void {
  if (isListening) return;
  isListening = true;
  void engine.calibrator.listen(
    proxy((next: CalibrationView) => {
      view.value = next;
      if (next.figures) figures.value = next.figures;
    }),
  );
}

export function CalibratePanel() {
  useEffect(listen, []);
  const { isUnderWay = false, canGoOn = false } = view.value ?? {};
  return (
    <section class="calibrate" aria-labelledby="calibrate-title">
      <h2 id="calibrate-title">Calibrate a representative network</h2>
      <p class="hint">
        Pores at random, joined by NET-PFS; the search moves what is ticked until every target is met, and
        asks for a true run only where kriging leaves a decision open.
      </p>
      <Origin />
      <fieldset class="asked" disabled={isUnderWay || !isShown.value}>
        <legend>What is asked for</legend>
        <Asked config={config.value} onChange={(next) => setText(writeConfig(next))} />
      </fieldset>
      <ConfigText />
      <WorkButtons
        isUnderWay={isUnderWay}
        canGoOn={canGoOn}
        onStart={() => attempt(() => engine.calibrator.start(text.value))}
        onGoOn={() => attempt(() => engine.calibrator.goOn(config.value.search?.maxEvaluations))}
      />
      <Course />
      <Result />
      <Figures figures={figures.value} />
    </section>
  );
}

/** Where a configuration comes from. */
function Origin() {
  const suggest = () =>
    attempt(async () => {
      setText(writeConfig(await engine.calibrator.suggest()));
    });
  const open = (file: string, content: string) =>
    attempt(async () => {
      setText(await engine.calibrator.open(file, content));
    });
  return (
    <>
      <div class="buttons">
        <button type="button" onClick={() => setText(writeConfig(SAND))}>
          Published sand
        </button>
        <button type="button" disabled={networkVersion.value === 0} onClick={suggest}>
          Like the loaded network
        </button>
      </div>
      <FileField label="Open a configuration, or a calibration to go on with" onOpen={open} />
    </>
  );
}

function ConfigText() {
  return (
    <details>
      <summary>The same as JSON, with what the form does not show</summary>
      <textarea
        aria-label="Configuration as JSON"
        rows={16}
        spellcheck={false}
        value={text.value}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      {!isShown.value && <p class="hint">The form follows when this is a configuration in JSON again.</p>}
    </details>
  );
}

function Course() {
  const now = view.value;
  if (!now) return null;
  const { evaluations, maxEvaluations, misfit, controls, result } = now;
  const save = () =>
    attempt(async () => {
      const name = result ? "calibration.result.json" : "calibration.state.json";
      saveBlob(name, new Blob([await engine.calibrator.exportFile()], { type: "application/json" }));
    });
  return (
    <div class="course">
      <p class="numbers">
        {`${evaluations} of at most ${maxEvaluations} true runs`}
        {misfit !== undefined && `, least misfit J ${formatNumber(misfit, 3)} at `}
        {controls.map(({ name, value }) => `${name} ${value}`).join(", ")}
      </p>
      <button type="button" onClick={save} disabled={evaluations === 0}>
        {result ? "Save the result" : "Save the search so far"}
      </button>
    </div>
  );
}

function Result() {
  const result = view.value?.result;
  if (!result) return null;
  const { isReached, targets, network, solves, seconds } = result;
  return (
    <div class="result">
      <table>
        <caption>
          {isReached
            ? "Reached: every target is met"
            : "Not reached: allow more true runs and resume, or wider bounds and start"}
        </caption>
        <thead>
          <tr>
            <th scope="col">Target</th>
            <th scope="col">Asked for</th>
            <th scope="col">Reached</th>
            <th scope="col">Deviation</th>
          </tr>
        </thead>
        <tbody>
          {targets.map(({ name, wanted, reached, error }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{wanted}</td>
              <td>{reached}</td>
              <td>{error}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">
        {`${network}; it is the loaded network now. ${solves} linear systems, ${seconds.toFixed(1)} s.`}
      </p>
    </div>
  );
}
