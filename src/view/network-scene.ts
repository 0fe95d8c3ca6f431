/**
 * A pore network in three dimensions, drawn by the device that solves it: pores as spheres, throats as cylinders, each a
 * quadrilateral in which the fragment shader meets the pixel's ray with the solid (shaders/view).
 *
 * Geometry goes to the device once. Colours come from one number for each element in a buffer there, which may be the
 * solver's own: what is drawn is what it holds, and nothing is read back. Another range, slice or view costs a uniform of
 * 256 bytes.
 */
import { OptionError } from "../errors.ts";
import { type BufferSet, createBufferSet, writeBuffer } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { type BoundDrawing, createRenderKernel, type RenderKernel } from "../gpu/render-kernel.ts";
import { rejectUnknownKeys, requireChoice, requireInteger, requirePositive } from "../network/options.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { OrbitCamera } from "./orbit-camera.ts";
import { AXES } from "./projection.ts";
import { createSceneBuffers, requireRoom, type SceneBuffers } from "./scene-buffers.ts";
import { AS_PORES, PLAIN, packField, parseColor, type SceneField } from "./scene-colors.ts";
import { type Color, packFrame, type SceneSlice, type SceneStyle } from "./scene-frame.ts";
import { measureSpace, type SceneSpace } from "./scene-geometry.ts";
import { type HighlightMarks, markThroats } from "./scene-marks.ts";
import { drawPicture, type ScenePicture } from "./scene-picture.ts";
import { DEPTH_FORMAT, ELEMENT_FORMAT, SceneTargets } from "./scene-targets.ts";
import { SceneValues } from "./scene-values.ts";
import { BLUE, UNSOLVED } from "./theme.ts";

export interface NetworkSceneOptions {
  /** Of what is drawn into: 8 bits a channel. Default `"rgba8unorm"`. */
  readonly format?: "rgba8unorm" | "bgra8unorm";
  /** One that has looked at another scene, left as it is; default a new one that shows the whole box. */
  readonly camera?: OrbitCamera;
}

/** What is at a pixel. */
export interface ScenePick {
  readonly kind: "pore" | "throat";
  readonly index: number;
}

export interface PictureOptions {
  /** `#rgb` or `#rrggbb`, default white. */
  readonly background?: string;
  /** Pixels each way that a pixel is the mean of, default 2. */
  readonly supersampling?: number;
}

interface SceneKernels {
  readonly pores: RenderKernel<"view/pores">;
  readonly throats: RenderKernel<"view/throats">;
}

export class NetworkScene implements Disposable {
  readonly device: ComputeDevice;
  readonly network: PoreNetwork;
  readonly format: GPUTextureFormat;
  /** Changes of it show in the next picture. */
  readonly camera: OrbitCamera;
  readonly #space: SceneSpace;
  readonly #set: BufferSet;
  readonly #buffers: SceneBuffers;
  readonly #kernels: SceneKernels;
  readonly #targets: SceneTargets;
  readonly #poreValues: SceneValues;
  readonly #throatValues: SceneValues;
  #bound: readonly BoundDrawing[];
  readonly #style: SceneStyle = {
    poreColor: parseColor(BLUE),
    throatColor: parseColor(UNSOLVED),
    unsolvedColor: parseColor(UNSOLVED),
    poreField: PLAIN,
    throatField: PLAIN,
    poreScale: 1,
    throatScale: 1,
    slice: undefined,
    isHighlighting: false,
  };

  /**
   * Uploads the network's geometry and compiles what draws it.
   *
   * Radii are those of `readRadii`'s names (`pore.radius`, `throat.diameter`, …), else usual ones. A throat into a
   * reservoir runs straight to the face of the box.
   *
   * @throws {LimitError} when the network does not fit the device, before anything is allocated there
   * @throws {OptionError} for options that are not understood
   * @example
   * using scene = await NetworkScene.create(device, network);
   * const { pressureBuffer } = await computePermeability(device, network, { pressureBuffer: true });
   * scene.colorPores({ values: pressureBuffer, range: [0, 1] });
   * scene.colorThroats("pores");
   * const { pixels, width, height } = await scene.capture(800, 600);
   */
  static async create(
    device: ComputeDevice,
    network: PoreNetwork,
    options: NetworkSceneOptions = {},
  ): Promise<NetworkScene> {
    rejectUnknownKeys("NetworkScene", options, ["format", "camera"]);
    const { format = "rgba8unorm" } = options;
    requireChoice("format", format, ["rgba8unorm", "bgra8unorm"]);
    requireRoom(device, network);
    const targets = { colors: [format, ELEMENT_FORMAT], depth: DEPTH_FORMAT } as const;
    const [pores, throats] = await Promise.all([
      createRenderKernel(device, "view/pores", targets),
      createRenderKernel(device, "view/throats", targets),
    ]);
    const space = measureSpace(network);
    const { set, buffers } = await createBufferSet(device, "the scene", (own) =>
      createSceneBuffers(own, network, space),
    );
    const kernels = { pores, throats };
    return new NetworkScene(device, network, format, space, set, buffers, kernels, options.camera);
  }

  private constructor(
    device: ComputeDevice,
    network: PoreNetwork,
    format: GPUTextureFormat,
    space: SceneSpace,
    set: BufferSet,
    buffers: SceneBuffers,
    kernels: SceneKernels,
    camera: OrbitCamera | undefined,
  ) {
    this.device = device;
    this.network = network;
    this.format = format;
    this.#space = space;
    this.#set = set;
    this.#buffers = buffers;
    this.#kernels = kernels;
    this.#targets = new SceneTargets(device);
    this.#poreValues = new SceneValues(device, "pore", network.poreCount, buffers.nothing);
    this.#throatValues = new SceneValues(device, "throat", network.throatCount, buffers.nothing);
    this.#bound = this.#bind();
    this.camera = camera ?? new OrbitCamera();
    if (!camera) this.fit(1);
  }

  /** On the device. */
  get byteLength(): number {
    const holders = [this.#set, this.#targets, this.#poreValues, this.#throatValues];
    return holders.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /**
   * Colours pores by n values, or all alike.
   * @throws {OptionError} for too few values or a range that makes no sense
   * @throws {LimitError} when the values do not fit the device
   * @example
   * scene.colorPores({ values: pressureBuffer, range: [0, 1] });
   */
  colorPores(field: SceneField | undefined): void {
    this.#style.poreField = this.#setField(this.#poreValues, field);
  }

  /** Colours throats by m values, by the mean of the values of their two pores, or all alike; throws as `colorPores`. */
  colorThroats(field: SceneField | "pores" | undefined): void {
    this.#style.throatField = this.#setField(this.#throatValues, field);
  }

  /**
   * Colours of what no values colour.
   * @throws {OptionError} when one is not `#rgb` or `#rrggbb`
   */
  setColors(colors: {
    readonly pores?: string;
    readonly throats?: string;
    readonly unsolved?: string;
  }): void {
    rejectUnknownKeys("setColors", colors, ["pores", "throats", "unsolved"]);
    const { pores, throats, unsolved } = colors;
    if (pores !== undefined) this.#style.poreColor = parseColor(pores);
    if (throats !== undefined) this.#style.throatColor = parseColor(throats);
    if (unsolved !== undefined) this.#style.unsolvedColor = parseColor(unsolved);
  }

  /**
   * Cuts away what lies outside of a slab of the box; `undefined` shows all.
   * @throws {OptionError} unless 0 ≤ low < high ≤ 1
   */
  setSlice(slice: SceneSlice | undefined): void {
    if (slice !== undefined) {
      requireChoice("axis", slice.axis, AXES);
      const { low, high } = slice;
      if (!(low >= 0 && low < high && high <= 1)) {
        throw new OptionError(
          "slice",
          `A slice cannot run from ${low} to ${high}.`,
          "Give shares of the box's edge, 0 ≤ low < high ≤ 1.",
        );
      }
    }
    this.#style.slice = slice;
  }

  /** Draws radii larger or smaller than they are; 0 hides. */
  setRadiusScale(pores: number, throats = pores): void {
    for (const [option, scale] of [
      ["pores", pores],
      ["throats", throats],
    ] as const) {
      if (scale !== 0) requirePositive(option, scale);
    }
    this.#style.poreScale = pores;
    this.#style.throatScale = throats;
  }

  /**
   * Lets all but these throats and their pores fade; `undefined` or none lets nothing.
   * @throws {OptionError} when there is no such throat
   */
  highlight(throats: ArrayLike<number> | undefined): void {
    this.#style.isHighlighting = throats !== undefined && throats.length > 0;
    if (!throats || throats.length === 0) return;
    const marks: HighlightMarks = markThroats(this.network, throats);
    writeBuffer(this.device, this.#buffers.poreMark, marks.pores);
    writeBuffer(this.device, this.#buffers.throatMark, marks.throats);
  }

  /** Brings the whole box into a picture of this aspect, width by height, as the camera is turned. */
  fit(aspect: number): void {
    requirePositive("aspect", aspect);
    this.camera.fit(this.#space.half, aspect);
  }

  /**
   * Draws into a texture of the scene's format, as that of a canvas. It returns at once.
   * @param background `#rgb` or `#rrggbb`
   * @throws {LimitError} when the picture is larger than the device's textures
   * @throws {DeviceLostError} when the device is lost
   * @example
   * scene.draw(context.getCurrentTexture().createView(), canvas.width, canvas.height, "#fff");
   */
  draw(view: GPUTextureView, width: number, height: number, background = "#ffffff"): void {
    this.#draw(view, this.#targets, width, height, parseColor(background));
  }

  /**
   * Draws as `draw` does, and reads the picture back: for who shows pixels, on a canvas that no GPU draws on.
   * @throws as `draw`
   */
  async drawPixels(width: number, height: number, background = "#ffffff"): Promise<ScenePicture> {
    const size = { width, height, supersampling: 1 };
    return await drawPicture(this.device, this.format, size, (view) =>
      this.draw(view, width, height, background),
    );
  }

  /**
   * What the last picture that was drawn shows at a pixel, from the upper left corner.
   * @throws {DeviceLostError} when the device is lost
   */
  async pick(x: number, y: number): Promise<ScenePick | undefined> {
    const word = await this.#targets.readElement(x, y);
    if (word === 0) return undefined;
    return { kind: word % 2 === 1 ? "pore" : "throat", index: (word - 1) >>> 1 };
  }

  /**
   * The picture as pixels of red, green, blue and alpha, row after row from the top; what is on the screen stays.
   * @throws {LimitError} when it is larger than the device's textures
   * @throws {OptionError} for sizes that are not whole numbers above 0
   */
  async capture(width: number, height: number, options: PictureOptions = {}): Promise<ScenePicture> {
    rejectUnknownKeys("capture", options, ["background", "supersampling"]);
    const { background = "#ffffff", supersampling = 2 } = options;
    requireInteger("width", width, 1);
    requireInteger("height", height, 1);
    requireInteger("supersampling", supersampling, 1, 8);
    using targets = new SceneTargets(this.device);
    return await drawPicture(this.device, this.format, { width, height, supersampling }, (view, w, h) =>
      this.#draw(view, targets, w, h, parseColor(background)),
    );
  }

  destroy(): void {
    for (const each of [this.#set, this.#targets, this.#poreValues, this.#throatValues]) each.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #draw(view: GPUTextureView, targets: SceneTargets, width: number, height: number, background: Color): void {
    const { device, network } = this;
    device.throwIfLost();
    const { depth, element } = targets.resize(width, height);
    const picture = { width, height, background };
    writeBuffer(device, this.#buffers.frame, packFrame(this.#style, this.#space, this.camera, picture));
    const encoder = device.gpu.createCommandEncoder();
    const clear = { loadOp: "clear", storeOp: "store" } as const;
    const pass = encoder.beginRenderPass({
      colorAttachments: [
        { view, clearValue: [...background], ...clear },
        { view: element.createView(), clearValue: [0, 0, 0, 0], ...clear },
      ],
      depthStencilAttachment: {
        view: depth.createView(),
        depthClearValue: 1,
        depthLoadOp: "clear",
        depthStoreOp: "discard",
      },
    });
    for (const [k, count] of [network.poreCount, network.throatCount].entries()) {
      if (count === 0) continue;
      pass.setPipeline(this.#bound[k]!.pipeline);
      pass.setBindGroup(0, this.#bound[k]!.bindGroup);
      pass.draw(4, count);
    }
    pass.end();
    device.gpu.queue.submit([encoder.finish()]);
  }

  #setField(held: SceneValues, field: SceneField | "pores" | undefined) {
    if (field === undefined) return PLAIN;
    if (field === "pores") return AS_PORES;
    rejectUnknownKeys("a field", field, ["values", "range", "scale"]);
    const packed = packField(field);
    if (held.set(field.values)) this.#bound = this.#bind();
    return packed;
  }

  #bind(): BoundDrawing[] {
    const { frame, ramp, pores, throats, poreMark, throatMark } = this.#buffers;
    const common = { frame, ramp, pores, poreValue: this.#poreValues.buffer };
    return [
      this.#kernels.pores.bind({ ...common, poreMark }),
      this.#kernels.throats.bind({ ...common, throats, throatValue: this.#throatValues.buffer, throatMark }),
    ];
  }
}
