/**
 * Kriging of many candidates at once on the device. The system is factored in float64 on the host; the device computes
 *
 *   k (n a candidate)  →  [v; g] = [L⁻¹; Qᵀ L⁻¹] k  →  estimate, variance  →  x = v + Q t  →  λ = L⁻ᵀ x  →  gradients
 *
 * with variance = C(0) − |v|² + |t|² and gradients −2 ∂k·λ + …: n²/2 products a candidate, and as many again for
 * gradients. Where the matrix is so close to singular that f32 would cost more than some 1e-5 of the sill, covariances
 * are computed in two-float arithmetic and products in slices (kriging-product.wgsl), which takes about six times as
 * long; devices without two-float arithmetic then leave predictions to the host.
 */
import { OptionError } from "../errors.ts";
import { type BufferSet, createBufferSet, writeBuffer } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { withErrorScopes } from "../gpu/error-scopes.ts";
import { mapAndCopy } from "../gpu/readback.ts";
import { rejectUnknownKeys, requireChoice, requireInteger } from "../network/options.ts";
import { hasTwoFloat } from "../sparse/two-float-probe.ts";
import type { Kriging, Prediction, PredictionWithGradient } from "./kriging.ts";
import {
  type BatchBuffers,
  type BatchKernels,
  type BatchRoom,
  bindBatchKernels,
  chooseChunk,
  createBatchBuffers,
  encodeBatch,
  listUploads,
} from "./kriging-batch-kernels.ts";
import { InverseCache, type KrigingFactors, type Precision, prepareFactors } from "./kriging-factors.ts";
import {
  addTrend,
  type CandidateChunk,
  createResult,
  packCandidates,
  packDriftValues,
  readGradients,
  readPredictions,
  settleCoincident,
} from "./kriging-transfer.ts";
import { countRows } from "./observations.ts";

export interface KrigingBatchOptions {
  /** How many candidates a dispatch takes at most; more come in chunks. Default: by the device's memory. */
  readonly chunk?: number;
  /** `"auto"` takes slices where single precision would cost more than some 1e-5 of the sill. Default `"auto"`. */
  readonly precision?: Precision;
}

/**
 * A kriging model on the device; buffers are kept between predictions.
 *
 * @example
 * using batch = await KrigingBatch.create(device, kriging);
 * const { estimate, variance } = await batch.predict(candidates);
 * kriging.insert(point, value);
 * await batch.update(kriging);
 */
export class KrigingBatch implements Disposable {
  readonly device: ComputeDevice;
  readonly #options: Required<Pick<KrigingBatchOptions, "precision">> & KrigingBatchOptions;
  readonly #inverse = new InverseCache();
  #kriging: Kriging;
  #factors!: KrigingFactors;
  #room: BatchRoom | undefined;
  #own: BufferSet | undefined;
  #buffers!: BatchBuffers;
  #kernels!: BatchKernels;
  #kernelKey = "";
  #leavesToHost = false;
  /** Of the model when it was taken in. */
  #valueCount = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(device: ComputeDevice, kriging: Kriging, options: KrigingBatchOptions) {
    this.device = device;
    this.#kriging = kriging;
    this.#options = { precision: "auto", ...options };
  }

  /**
   * @throws {OptionError} when an option is not known or out of range
   * @throws {LimitError} when the device has no room for the system
   */
  static async create(
    device: ComputeDevice,
    kriging: Kriging,
    options: KrigingBatchOptions = {},
  ): Promise<KrigingBatch> {
    rejectUnknownKeys("KrigingBatch", options, ["chunk", "precision"]);
    requireChoice("precision", options.precision ?? "auto", ["auto", "single", "extended"]);
    if (options.chunk !== undefined) requireInteger("chunk", options.chunk, 1);
    const batch = new KrigingBatch(device, kriging, options);
    await batch.update(kriging);
    return batch;
  }

  /** Candidates that buffers have room for: what `encode` takes at most. */
  get capacity(): number {
    return this.#room!.candidates;
  }

  /** Whether products are in slices, which the matrix or the caller asked for. */
  get extended(): boolean {
    return this.#factors.extended;
  }

  /** Whether predictions are left to the host, because the device's precision would not do. */
  get onHost(): boolean {
    return this.#leavesToHost;
  }

  /**
   * What GPU work of the caller's may write and read; new ones where an update needed more room.
   * Estimates on the device are (estimate − valueOffset) / valueScale, variances are over valueScale², and gradients,
   * by the caller's coordinates, over valueScale and valueScale².
   */
  get buffers(): Pick<BatchBuffers, "candidate" | "prediction" | "gradient"> {
    return this.#buffers;
  }
  get valueOffset(): number {
    return this.#factors.valueOffset;
  }
  get valueScale(): number {
    return this.#factors.valueScale;
  }

  /** Takes in points that were inserted (O(n²) on the host), which predictions do by themselves, or another model. */
  update(kriging: Kriging): Promise<void> {
    return this.#inTurn(() => this.#update(kriging));
  }

  /**
   * Estimates and variances at candidates, in the caller's units.
   *
   * @param points m x dimension
   * @throws {OptionError} when a coordinate is not finite
   * @throws {DeviceLostError} when the device is lost meanwhile
   */
  async predict(points: Float64Array | Float32Array): Promise<Prediction> {
    return this.#inTurn(async () => {
      if (this.#isStale) await this.#update(this.#kriging);
      if (this.#leavesToHost) return this.#kriging.predict(points);
      const result = createResult(countRows("points", points, this.#kriging.dimension), 0);
      await this.#run(points, result, false);
      return { estimate: result.estimate, variance: result.variance };
    });
  }

  /** The same with gradients, by the caller's coordinates, m x dimension. */
  async predictGradient(points: Float64Array | Float32Array): Promise<PredictionWithGradient> {
    return this.#inTurn(async () => {
      if (this.#isStale) await this.#update(this.#kriging);
      if (this.#leavesToHost) return this.#kriging.predictGradient(points);
      const { dimension } = this.#kriging;
      const result = createResult(countRows("points", points, dimension), dimension);
      await this.#run(points, result, true);
      return result;
    });
  }

  /**
   * Records the prediction of the first `count` candidates in `buffers.candidate` (f32, in the caller's units); results
   * go to `buffers.prediction` and, if asked for, `buffers.gradient`. Submit before the next call.
   *
   * @throws {OptionError} when there is no room for so many, the drift is a function of the caller's, or the matrix needs
   *   a precision that the device does not have
   */
  encode(pass: GPUComputePassEncoder, count: number, options: { readonly gradient?: boolean } = {}): void {
    requireInteger("count", count, 1, this.capacity);
    if (this.#isStale) {
      throw new OptionError("encode", "Points were inserted since the last update.", "Call update() first.");
    }
    if (this.#leavesToHost || typeof this.#kriging.drift === "function") {
      throw new OptionError(
        "encode",
        this.#leavesToHost
          ? `The kriging matrix is too close to singular for "${this.device.name}".`
          : "The drift is a function, which only the host can evaluate.",
        this.#leavesToHost ? "Add a nugget, or use predict()." : "Use a polynomial drift, or predict().",
      );
    }
    this.#record(pass, count, { isScaled: false, gradient: options.gradient === true });
  }

  get #isStale(): boolean {
    return this.#kriging.valueCount !== this.#valueCount;
  }

  destroy(): void {
    this.#own?.destroy();
    this.#own = undefined;
    this.#room = undefined;
    this.#kernelKey = "";
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  /** Buffers are one set: what is asked for meanwhile waits. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #update(kriging: Kriging): Promise<void> {
    this.#kriging = kriging;
    this.#valueCount = kriging.valueCount;
    const { system } = kriging;
    this.#factors = prepareFactors(system, this.#options.precision, this.#inverse);
    const { extended, estimateError } = this.#factors;
    const isHard = this.#options.precision === "auto" && estimateError > LARGEST_ESTIMATE_ERROR;
    this.#leavesToHost = isHard || (extended && !(await hasTwoFloat(this.device)));
    await this.#makeRoom();
    const key = `${system.variogram.model} ${this.#factors.extended}`;
    if (key !== this.#kernelKey) {
      const { extended } = this.#factors;
      const { model } = system.variogram;
      this.#kernels = await bindBatchKernels(this.device, this.#buffers, { model, extended });
      this.#kernelKey = key;
    }
    for (const [buffer, data] of listUploads(this.#buffers, this.#factors))
      writeBuffer(this.device, buffer, data);
  }

  async #run(points: ArrayLike<number>, result: PredictionWithGradient, gradient: boolean): Promise<void> {
    const count = result.estimate.length;
    for (let first = 0; first < count; first += this.capacity) {
      const size = Math.min(this.capacity, count - first);
      await withErrorScopes(this.device, "kriging predictions", () => {
        this.#writeCandidates(points, { first, size, capacity: this.capacity }, gradient);
        const encoder = this.device.gpu.createCommandEncoder();
        const pass = encoder.beginComputePass();
        this.#record(pass, size, { isScaled: true, gradient });
        pass.end();
        const { prediction, predictionBack, gradient: slopes, gradientBack } = this.#buffers;
        encoder.copyBufferToBuffer(prediction, 0, predictionBack, 0, predictionBack.size);
        if (gradient) encoder.copyBufferToBuffer(slopes, 0, gradientBack, 0, gradientBack.size);
        this.device.gpu.queue.submit([encoder.finish()]);
      });
      const chunk = { first, size, capacity: this.capacity };
      const { predictionBack, gradientBack } = this.#buffers;
      const found = new Float32Array(await mapAndCopy(this.device, predictionBack));
      readPredictions(found, chunk, this.valueScale, result);
      if (!gradient) continue;
      readGradients(
        new Float32Array(await mapAndCopy(this.device, gradientBack)),
        chunk,
        this.valueScale,
        result,
      );
    }
    addTrend(this.#kriging.system, points, result, gradient);
    settleCoincident(this.#kriging.system, points, result);
  }

  #record(pass: GPUComputePassEncoder, count: number, how: { isScaled: boolean; gradient: boolean }): void {
    const { system } = this.#kriging;
    const { count: points, dimension, basis } = system;
    const degree =
      typeof basis.drift === "function" ? 3 : ["constant", "linear", "quadratic"].indexOf(basis.drift);
    const isScaled = how.isScaled ? 1 : 0;
    writeBuffer(
      this.device,
      this.#buffers.launch,
      Uint32Array.of(this.capacity / 4, count, points, dimension, basis.size, degree, isScaled, 0),
    );
    encodeBatch(pass, this.#kernels, this.device, {
      candidates: count,
      points,
      dimension,
      drifts: basis.size,
      gradient: how.gradient,
    });
  }

  #writeCandidates(points: ArrayLike<number>, chunk: CandidateChunk, gradient: boolean): void {
    const { system } = this.#kriging;
    const { candidate, drift, driftSlope } = this.#buffers;
    const { high, low } = packCandidates(system, points, chunk);
    writeBuffer(this.device, candidate, high);
    writeBuffer(this.device, candidate, low, 4 * chunk.capacity * system.dimension);
    if (typeof system.basis.drift !== "function") return;
    const { values, slopes } = packDriftValues(system, points, chunk, gradient);
    writeBuffer(this.device, drift, values);
    if (gradient) writeBuffer(this.device, driftSlope, slopes);
  }

  async #makeRoom(): Promise<void> {
    const { count, dimension, basis } = this.#kriging.system;
    const room = this.#room;
    if (room && room.points >= count && room.dimension === dimension && room.drifts === basis.size) return;
    const points = room ? Math.ceil(1.5 * count) + 16 : count + 16;
    const wanted = { points, dimension, drifts: basis.size };
    const candidates = this.#options.chunk ?? chooseChunk(this.device, wanted);
    const next = { ...wanted, candidates: 4 * Math.ceil(candidates / 4) };
    const { set, buffers } = await createBufferSet(this.device, "a kriging batch", (own) =>
      createBatchBuffers(own, next),
    );
    this.destroy();
    this.#own = set;
    this.#buffers = buffers;
    this.#room = next;
  }
}

/** Of an estimate, over √sill. */
const LARGEST_ESTIMATE_ERROR = 3e-5;
