/**
 * What hands do to the picture: drag to turn, with shift or the right button to move, wheel or pinch to come nearer, keys
 * for all of it. Movements of a frame are sent to the engine together.
 */
import type { Remote } from "comlink";
import type { Stage } from "../engine/stage.ts";

export interface GestureTarget {
  /** The pointer rests at a place of the canvas [px], or a tap or Enter asks what is there. */
  point(x: number, y: number): void;
  /** The hand moves the picture, or has left it. */
  leave(): void;
}

/** Half a turn for the height of the picture; a step of a key is a part of that. */
const KEY_TURN = 1 / 24;
const KEY_MOVE = 0.05;
const KEY_ZOOM = 1.25;
const WHEEL = 0.0015;
/** A tap moves less [px]. */
const TAP = 6;

/** Watches the canvas until the returned function is called. */
export function watchGestures(
  canvas: HTMLCanvasElement,
  stage: Remote<Stage>,
  target: GestureTarget,
): () => void {
  const moves = new Moves(stage, canvas);
  const pointers = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  const watching = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    handle: (event: HTMLElementEventMap[K]) => void,
  ): void => {
    canvas.addEventListener(type, handle, { signal: watching.signal, passive: false });
  };
  on("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    if (pointers.size === 0) travelled = 0;
    pointers.set(event.pointerId, placeOf(event));
  });
  on("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    const now = placeOf(event);
    if (!before) {
      target.point(now.x, now.y);
      return;
    }
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    travelled += Math.hypot(dx, dy);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) pinch(moves, before, now, other);
    else if (event.shiftKey || (event.buttons & 6) !== 0) moves.pan(dx, dy);
    else moves.orbit(dx, dy);
    pointers.set(event.pointerId, now);
    if (travelled > TAP) target.leave();
  });
  const release = (event: PointerEvent): void => {
    if (!pointers.delete(event.pointerId)) return;
    const { x, y } = placeOf(event);
    if (event.type === "pointerup" && travelled <= TAP) target.point(x, y);
  };
  on("pointerup", release);
  on("pointercancel", release);
  on("pointerleave", () => target.leave());
  on("contextmenu", (event) => event.preventDefault());
  on("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    moves.zoom(Math.exp(-WHEEL * lines * event.deltaY), event.offsetX, event.offsetY);
    target.leave();
  });
  on("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") target.point(canvas.clientWidth / 2, canvas.clientHeight / 2);
    else if (event.key === "Escape") target.leave();
    else if (!pressKey(event, moves, stage)) return;
    event.preventDefault();
  });
  return () => watching.abort();
}

function placeOf({ offsetX, offsetY }: PointerEvent): { x: number; y: number } {
  return { x: offsetX, y: offsetY };
}

/** One of two fingers moves: the middle between them moves half as far. */
function pinch(
  moves: Moves,
  before: { x: number; y: number },
  now: { x: number; y: number },
  other: { x: number; y: number },
): void {
  const spread = Math.hypot(before.x - other.x, before.y - other.y);
  const grown = Math.hypot(now.x - other.x, now.y - other.y);
  moves.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
  if (spread > 0 && grown > 0) moves.zoom(grown / spread, (now.x + other.x) / 2, (now.y + other.y) / 2);
}

/** @returns whether the key means something here */
function pressKey({ key, shiftKey }: KeyboardEvent, moves: Moves, stage: Remote<Stage>): boolean {
  const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (arrow) {
    const size = shiftKey ? KEY_MOVE : KEY_TURN;
    const [right, down] = [arrow[0]! * size, arrow[1]! * size];
    if (shiftKey) moves.panShare(right, down);
    else moves.orbitShare(right, down);
  } else if (key === "+" || key === "=") moves.zoomMiddle(KEY_ZOOM);
  else if (key === "-" || key === "_") moves.zoomMiddle(1 / KEY_ZOOM);
  else if (key === "0") stage.fit();
  else if (key === "x" || key === "y" || key === "z") stage.look(key);
  else if (key === "o") stage.look("oblique");
  else return false;
  return true;
}

/** Sums up movements, in heights of the picture, and sends them once a frame. */
class Moves {
  readonly #stage: Remote<Stage>;
  readonly #canvas: HTMLCanvasElement;
  #orbit = [0, 0];
  #pan = [0, 0];
  #zoom = 1;
  #at = [0, 0];
  #isWaiting = false;

  constructor(stage: Remote<Stage>, canvas: HTMLCanvasElement) {
    this.#stage = stage;
    this.#canvas = canvas;
  }

  orbit(dx: number, dy: number): void {
    this.orbitShare(dx / this.#canvas.clientHeight, dy / this.#canvas.clientHeight);
  }

  orbitShare(right: number, down: number): void {
    this.#orbit = [this.#orbit[0]! + right, this.#orbit[1]! + down];
    this.#send();
  }

  pan(dx: number, dy: number): void {
    this.panShare(dx / this.#canvas.clientHeight, dy / this.#canvas.clientHeight);
  }

  panShare(right: number, down: number): void {
    this.#pan = [this.#pan[0]! + right, this.#pan[1]! + down];
    this.#send();
  }

  /** The point at x, y [px] keeps its place. */
  zoom(factor: number, x: number, y: number): void {
    const { clientWidth, clientHeight } = this.#canvas;
    this.#zoom *= factor;
    this.#at = [(x - clientWidth / 2) / clientHeight, (y - clientHeight / 2) / clientHeight];
    this.#send();
  }

  zoomMiddle(factor: number): void {
    this.#zoom *= factor;
    this.#at = [0, 0];
    this.#send();
  }

  #send(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      const [orbit, pan, zoom, at] = [this.#orbit, this.#pan, this.#zoom, this.#at];
      this.#orbit = [0, 0];
      this.#pan = [0, 0];
      this.#zoom = 1;
      if (orbit[0] !== 0 || orbit[1] !== 0) this.#stage.orbit(orbit[0]!, orbit[1]!);
      if (pan[0] !== 0 || pan[1] !== 0) this.#stage.pan(pan[0]!, pan[1]!);
      if (zoom !== 1) this.#stage.zoom(zoom, at[0], at[1]);
    });
  }
}
