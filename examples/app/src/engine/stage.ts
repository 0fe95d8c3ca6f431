/**
 * The network in 3D, drawn in the worker into the page's canvas by the device that solves: pressures go from the solver's
 * buffer to the picture and never leave it.
 *
 * A picture is drawn only when something has changed, and never before the last one is done: on a slow adapter gestures do
 * not queue up, and pictures are coarser while they last. What is shown is kept, so that it comes back on another device.
 */
import { type ComputeDevice, DeviceLostError, LimitError, type PoreNetwork } from "porenet";
import { NetworkScene, type OrbitCamera, type SceneSlice, type View } from "porenet/view";
import type { Solution } from "./session.ts";
import { type ColorKind, colorScene, listKinds, type StageLegend } from "./stage-colors.ts";
import { type ElementReading, type ElementSizes, measureElements, readElement } from "./stage-reading.ts";
import { StageScreen } from "./stage-screen.ts";

/** What the page shows beside the picture. */
export interface StageState {
  /** Kinds that there are values for. */
  readonly kinds: readonly ColorKind[];
  /** The one that is shown. */
  readonly kind: ColorKind;
  readonly legend: StageLegend | undefined;
  /** Why the network is not drawn. */
  readonly fault: string | undefined;
  /** Pictures drawn so far. */
  readonly pictures: number;
}

/** A picture that takes longer [ms] is drawn with fewer pixels while it moves. */
const SLOW = 60;
const COARSE = 1 / 2.5;
/** After the last gesture [ms], until all pixels are drawn. */
const REST = 180;

export class Stage {
  #screen: StageScreen | undefined;
  #size = { width: 1, height: 1, ratio: 1 };
  #background = "#ffffff";
  #device: ComputeDevice | undefined;
  #network: PoreNetwork | undefined;
  #sizes: ElementSizes | undefined;
  #solution: Solution | undefined;
  #scene: NetworkScene | undefined;
  #camera: OrbitCamera | undefined;
  #wanted: ColorKind = "pressure";
  #shown: ColorKind = "none";
  #legend: StageLegend | undefined;
  #slice: SceneSlice | undefined;
  #highlighted: ArrayLike<number> | undefined;
  #scales: [number, number] = [1, 1];
  #fault: string | undefined;
  #isStale = false;
  #isDrawing = false;
  #pictures = 0;
  #duration = 0;
  #movedAt = Number.NEGATIVE_INFINITY;

  /**
   * Takes the page's canvas.
   * @param width on the page [px]
   * @param ratio device pixels for each of the page's
   */
  attach(canvas: OffscreenCanvas, width: number, height: number, ratio: number): void {
    this.#screen = new StageScreen(canvas);
    this.resize(width, height, ratio);
    this.fit();
  }

  resize(width: number, height: number, ratio: number): void {
    this.#size = { width: Math.max(1, width), height: Math.max(1, height), ratio };
    this.invalidate();
  }

  /** Behind the network, `#rrggbb`. */
  setBackground(color: string): void {
    this.#background = color;
    this.invalidate();
  }

  /** @param right as the hand moved, in heights of the picture */
  orbit(right: number, down: number): void {
    this.#move((camera) => camera.orbit(right * Math.PI, down * Math.PI));
  }

  pan(right: number, down: number): void {
    this.#move((camera) => camera.pan(right, down));
  }

  /** @param right of the point that stays, from the middle in heights of the picture */
  zoom(factor: number, right = 0, down = 0): void {
    this.#move((camera) => camera.zoom(factor, right, down));
  }

  look(view: View): void {
    this.#scene?.camera.look(view);
    this.fit();
  }

  fit(): void {
    this.#scene?.fit(this.#size.width / this.#size.height);
    this.invalidate();
  }

  colorBy(kind: ColorKind): StageState {
    this.#wanted = kind;
    this.#color();
    return this.state();
  }

  /** Shows a slab of the box only; `undefined` all of it. */
  setSlice(slice: SceneSlice | undefined): void {
    this.#slice = slice;
    this.#scene?.setSlice(slice);
    this.invalidate();
  }

  setRadiusScale(pores: number, throats: number): void {
    this.#scales = [pores, throats];
    this.#scene?.setRadiusScale(pores, throats);
    this.invalidate();
  }

  highlight(throats: ArrayLike<number> | undefined): void {
    this.#highlighted = throats;
    this.#scene?.highlight(throats);
    this.invalidate();
  }

  legend(): StageLegend | undefined {
    return this.#legend;
  }

  state(): StageState {
    const kinds = this.#network ? listKinds(this.#network, this.#solution) : [];
    return { kinds, kind: this.#shown, legend: this.#legend, fault: this.#fault, pictures: this.#pictures };
  }

  /** What is at a point of the picture [px of the page, from its upper left corner]. */
  async pick(x: number, y: number): Promise<ElementReading | undefined> {
    const [scene, screen, network] = [this.#scene, this.#screen, this.#network];
    if (!scene || !screen || !network) return undefined;
    const sharpness = screen.width / this.#size.width;
    const found = await scene.pick(x * sharpness, y * sharpness).catch(() => undefined);
    if (!found || scene !== this.#scene) return undefined;
    this.#sizes ??= measureElements(network);
    return readElement(found, network, this.#sizes, this.#solution);
  }

  /**
   * The picture as PNG, by default as large as it is shown.
   * @throws when nothing is drawn
   */
  async capture(width?: number, height?: number): Promise<Blob> {
    if (!this.#scene) throw new Error("There is no picture to save: open a network first.");
    const { width: own, height: ownHeight, ratio } = this.#size;
    const background = this.#background;
    const picture = await this.#scene.capture(
      Math.round(width ?? own * ratio),
      Math.round(height ?? ownHeight * ratio),
      { background },
    );
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d")!.putImageData(new ImageData(picture.pixels, picture.width, picture.height), 0, 0);
    return await canvas.convertToBlob({ type: "image/png" });
  }

  /** Draws on this device from now on; `undefined` when it is lost. */
  async setDevice(device: ComputeDevice | undefined): Promise<void> {
    if (device === this.#device) return;
    this.#camera = this.#scene?.camera ?? this.#camera;
    this.#destroyScene();
    this.#screen?.release();
    this.#device = device;
    // What it had on the other device is gone.
    if (this.#solution) this.#solution = { ...this.#solution, pressureBuffer: undefined };
    await this.#build();
  }

  /** Shows another network; its solution is to come. */
  async setNetwork(network: PoreNetwork | undefined): Promise<void> {
    if (network === this.#network && this.#scene) return;
    if (network !== this.#network) {
      this.#solution = undefined;
      this.#sizes = undefined;
      this.#camera = undefined;
      this.#slice = undefined;
      this.#highlighted = undefined;
    }
    this.#network = network;
    this.#destroyScene();
    await this.#build();
  }

  async setSolution(solution: Solution | undefined): Promise<void> {
    this.#solution = solution;
    this.highlight(undefined);
    this.#color();
  }

  /** Has a picture drawn, soon and once, whatever has changed until then. */
  invalidate(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    if (!this.#isDrawing) requestAnimationFrame(() => this.#draw());
  }

  async #build(): Promise<void> {
    const [device, network] = [this.#device, this.#network];
    this.#fault = undefined;
    if (!device || !network) return;
    try {
      const format = navigator.gpu.getPreferredCanvasFormat() as "rgba8unorm" | "bgra8unorm";
      const camera = this.#camera;
      const scene = await NetworkScene.create(device, network, { format, ...(camera && { camera }) });
      if (device !== this.#device || network !== this.#network || this.#scene) {
        scene.destroy();
        return;
      }
      this.#scene = scene;
      if (!camera) this.fit();
      scene.setSlice(this.#slice);
      scene.setRadiusScale(...this.#scales);
      scene.highlight(this.#highlighted);
      this.#color();
    } catch (error) {
      if (!(error instanceof LimitError)) throw error;
      this.#fault = error.message;
    }
  }

  #color(): void {
    const [scene, network] = [this.#scene, this.#network];
    if (!scene || !network) return;
    const kinds = listKinds(network, this.#solution);
    this.#shown = kinds.includes(this.#wanted) ? this.#wanted : kinds.includes("radius") ? "radius" : "none";
    this.#legend = colorScene(scene, network, this.#solution, this.#shown);
    this.invalidate();
  }

  #move(change: (camera: OrbitCamera) => void): void {
    if (!this.#scene) return;
    change(this.#scene.camera);
    this.#movedAt = performance.now();
    this.invalidate();
  }

  async #draw(): Promise<void> {
    this.#isStale = false;
    const [device, scene, screen] = [this.#device, this.#scene, this.#screen];
    if (!device || !scene || !screen) return;
    this.#isDrawing = true;
    const start = performance.now();
    const isCoarse = this.#duration > SLOW && start - this.#movedAt < REST;
    try {
      const pixels = this.#measurePixels(device, isCoarse ? COARSE : 1);
      await screen.show(device, scene, pixels, this.#background);
      // Of a whole picture: that of fewer pixels says little.
      if (!isCoarse) this.#duration = performance.now() - start;
      this.#pictures++;
      if (isCoarse) setTimeout(() => this.invalidate(), REST);
    } catch (error) {
      // A lost device is the session's affair, which brings another; of a scene that was replaced nobody needs a picture.
      if (device !== this.#device || scene !== this.#scene || error instanceof DeviceLostError) return;
      this.#fault = (error as Error).message;
    } finally {
      this.#isDrawing = false;
      if (this.#isStale) requestAnimationFrame(() => this.#draw());
    }
  }

  #measurePixels(device: ComputeDevice, share: number): [width: number, height: number] {
    const { width, height, ratio } = this.#size;
    const most = device.limits.maxTextureDimension2D;
    const sharpness = Math.min(ratio * share, most / width, most / height);
    return [Math.max(1, Math.round(width * sharpness)), Math.max(1, Math.round(height * sharpness))];
  }

  #destroyScene(): void {
    this.#scene?.destroy();
    this.#scene = undefined;
    this.#shown = "none";
    this.#legend = undefined;
    this.invalidate();
  }
}
