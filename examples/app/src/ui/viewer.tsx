/** The network in 3D: the canvas that the engine draws into, with what belongs beside it. */
import { type Remote, transfer } from "comlink";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Stage, StageState } from "../engine/stage.ts";
import type { ElementReading } from "../engine/stage-reading.ts";
import { settings } from "./settings.ts";
import { theme } from "./theme.ts";
import { ViewerControls } from "./viewer-controls.tsx";
import { watchGestures } from "./viewer-gestures.ts";
import { Legend, nameOf, Reading, readLines } from "./viewer-legend.tsx";
import "./viewer.css";

interface ViewerProps {
  readonly stage: Remote<Stage>;
  /** Changes when the network or its solution does. */
  readonly version: number;
  readonly hasGpu: boolean;
}

interface Pointed {
  readonly reading: ElementReading;
  readonly at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

export function Viewer({ stage: given, version, hasGpu }: ViewerProps) {
  // Each look at the engine's stage is another proxy of the same.
  const stage = useRef(given).current;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<Pointed | undefined>(undefined);
  const state = useStageState(stage, version, hasGpu);
  useCanvas(canvas, stage, setPointed);
  useBackground(canvas, stage);
  useEffect(() => setPointed(undefined), [version]);
  return (
    <section class="viewer" aria-label="The network in 3D">
      <ViewerControls stage={stage} state={state} />
      <div class="viewer-picture">
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: its keys are its own */}
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-label="Network in 3D"
          aria-describedby="viewer-keys"
        />
        {pointed && <Reading {...pointed} />}
        {state?.legend && <Legend legend={state.legend} />}
        {!hasGpu && <p class="viewer-note">Waiting for the GPU. What was loaded is kept.</p>}
        {state?.fault && (
          <p class="viewer-note" role="alert">
            {state.fault}
          </p>
        )}
      </div>
      <p id="viewer-keys" class="hint">
        Drag to turn, with shift or the right button to move, wheel or pinch to come nearer. Keys: arrows
        turn, shift with arrows moves, + and − zoom, 0 fits, x y z and o look along, Enter reads the middle.
      </p>
      <p class="viewer-spoken" role="status">
        {pointed &&
          `${nameOf(pointed.reading)}: ${readLines(pointed.reading)
            .map((line) => line.join(" "))
            .join("; ")}`}
      </p>
    </section>
  );
}

/** Sends what is set, and asks what is shown, whenever either may have changed. */
function useStageState(stage: Remote<Stage>, version: number, hasGpu: boolean): StageState | undefined {
  const [state, setState] = useState<StageState | undefined>(undefined);
  const { colorBy, slice } = settings.value;
  useEffect(() => {
    let isCurrent = true;
    stage.colorBy(colorBy).then((found) => {
      if (isCurrent) setState(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [stage, version, hasGpu, colorBy]);
  useEffect(() => {
    stage.setSlice(slice);
  }, [stage, version, hasGpu, slice]);
  return state;
}

/** Hands the canvas to the engine, once, and follows its size and what hands do to it. */
function useCanvas(
  ref: { readonly current: HTMLCanvasElement | null },
  stage: Remote<Stage>,
  setPointed: (pointed: Pointed | undefined) => void,
): void {
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const offscreen = canvas.transferControlToOffscreen();
    const { clientWidth, clientHeight } = canvas;
    stage.attach(transfer(offscreen, [offscreen]), clientWidth, clientHeight, devicePixelRatio);
    const observer = new ResizeObserver(() =>
      stage.resize(canvas.clientWidth, canvas.clientHeight, devicePixelRatio),
    );
    observer.observe(canvas);
    const stop = watchGestures(canvas, stage, makeReader(canvas, stage, setPointed));
    return () => {
      observer.disconnect();
      stop();
    };
  }, [ref, stage]);
}

/** Asks the engine what the pointer is on: one question at a time, the last place only. */
function makeReader(
  canvas: HTMLCanvasElement,
  stage: Remote<Stage>,
  show: (pointed: Pointed | undefined) => void,
) {
  let wanted: { x: number; y: number } | undefined;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    isAsking = true;
    while (wanted) {
      const { x, y } = wanted;
      wanted = undefined;
      const reading = await stage.pick(x, y);
      const at = { x, y, width: canvas.clientWidth, height: canvas.clientHeight };
      if (!isLeft) show(reading && { reading, at });
    }
    isAsking = false;
  };
  let isLeft = true;
  return {
    point: (x: number, y: number) => {
      isLeft = false;
      wanted = { x, y };
      if (!isAsking) ask();
    },
    leave: () => {
      isLeft = true;
      wanted = undefined;
      show(undefined);
    },
  };
}

/** The picture stands on the card's own colour, light or dark. */
function useBackground(ref: { readonly current: HTMLCanvasElement | null }, stage: Remote<Stage>): void {
  const chosen = theme.value;
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const send = () => {
      const color = getComputedStyle(canvas).getPropertyValue("--card").trim();
      stage.setBackground(/^#[0-9a-f]{6}$/i.test(color) ? color : "#ffffff");
    };
    // After the page has taken on the theme.
    const frame = requestAnimationFrame(send);
    system.addEventListener("change", send);
    return () => {
      cancelAnimationFrame(frame);
      system.removeEventListener("change", send);
    };
  }, [ref, stage, chosen]);
}
