/**
 * The page's canvas, and how a picture comes onto it: drawn straight into it by a GPU.
 *
 * An adapter that computes on the CPU draws into memory of its own, which is copied onto the canvas: it lies with the host
 * anyway, and browsers may lose the device when a worker shows what it has drawn (Chromium 147 on SwiftShader does).
 */
import type { ComputeDevice } from "porenet";
import type { NetworkScene } from "porenet/view";

export class StageScreen {
  readonly #canvas: OffscreenCanvas;
  #context: GPUCanvasContext | undefined;

  constructor(canvas: OffscreenCanvas) {
    this.#canvas = canvas;
  }

  /** Of the last picture [device pixels]. */
  get width(): number {
    return this.#canvas.width;
  }

  /**
   * Resolves when the picture is drawn.
   * @param width device pixels
   */
  async show(
    device: ComputeDevice,
    scene: NetworkScene,
    [width, height]: readonly [width: number, height: number],
    background: string,
  ): Promise<void> {
    const flat = device.kind === "software" ? this.#canvas.getContext("2d") : null;
    if (flat) {
      const { pixels } = await scene.drawPixels(width, height, background);
      // Only now: a canvas of another size is empty until it is drawn on.
      this.#resize(width, height);
      flat.putImageData(new ImageData(pixels, width, height), 0, 0);
      return;
    }
    this.#resize(width, height);
    this.#context ??= this.#configure(device);
    scene.draw(this.#context.getCurrentTexture().createView(), width, height, background);
    await device.gpu.queue.onSubmittedWorkDone();
  }

  /** Lets go of a device. */
  release(): void {
    this.#context?.unconfigure();
    this.#context = undefined;
  }

  #resize(width: number, height: number): void {
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
  }

  #configure(device: ComputeDevice): GPUCanvasContext {
    const context = this.#canvas.getContext("webgpu");
    if (!context) throw new Error("The browser gives no canvas that a GPU can draw on. Update it.");
    context.configure({ device: device.gpu, format: navigator.gpu.getPreferredCanvasFormat() });
    return context;
  }
}
