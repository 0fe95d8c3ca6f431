/** Buffers and kernels of a kriging batch (kriging-batch.ts). */
import type { BufferData, BufferSet } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { type BoundKernel, createKernel } from "../gpu/kernel.ts";
import { chooseLaunchShape } from "../gpu/launch-shape.ts";
import type { KrigingFactors } from "./kriging-factors.ts";
import { EXPONENT_SCALE, VARIOGRAM_MODELS, type VariogramModel } from "./variogram.ts";

/** What buffers have room for. */
export interface BatchRoom {
  readonly points: number;
  readonly dimension: number;
  readonly drifts: number;
  /** A multiple of 4. */
  readonly candidates: number;
}

export interface BatchBuffers {
  readonly launch: GPUBuffer;
  /** f32, candidates x dimension; then room for what single precision leaves of them. */
  readonly candidate: GPUBuffer;
  /** f32: the estimates of all candidates that there is room for, then their variances. */
  readonly prediction: GPUBuffer;
  /** f32: the estimate's gradient axis by axis, then the variance's; each axis has room for all candidates. */
  readonly gradient: GPUBuffer;
  readonly predictionBack: GPUBuffer;
  readonly gradientBack: GPUBuffer;
  readonly axes: GPUBuffer;
  readonly points: GPUBuffer;
  readonly place: GPUBuffer;
  readonly drift: GPUBuffer;
  readonly driftSlope: GPUBuffer;
  readonly driftSystem: GPUBuffer;
  readonly basis: GPUBuffer;
  readonly covariance: GPUBuffer;
  readonly slope: GPUBuffer;
  readonly product: GPUBuffer;
  readonly multipliers: GPUBuffer;
  readonly forward: FactorBuffers;
  readonly backward: FactorBuffers;
}

export interface FactorBuffers {
  readonly tiles: GPUBuffer;
  readonly entries: GPUBuffer;
  readonly scales: GPUBuffer;
}

export interface BatchKernels {
  readonly place: BoundKernel;
  readonly covariance: BoundKernel;
  readonly forward: BoundKernel;
  readonly predict: BoundKernel;
  readonly weights: BoundKernel;
  readonly backward: BoundKernel;
  readonly gradient: BoundKernel;
  readonly driftGradient: BoundKernel;
}

/** How many points a lane takes, as in the shaders. */
const POINTS_PER_LANE = 16;

function countTiles({ points, drifts }: { points: number; drifts: number }): number {
  return Math.ceil(points / 4) + Math.ceil(drifts / 4);
}

/** Bytes of the largest buffer and of all that grow with the candidates, for one of them. */
function bytesPerCandidate({ points, dimension, drifts }: Omit<BatchRoom, "candidates">): {
  largest: number;
  all: number;
} {
  const rows = 4 * countTiles({ points, drifts });
  const largest = 4 * Math.max(3 * points, rows, drifts * dimension, 2 * dimension, 2 * drifts + 1);
  return { largest, all: 4 * (5 * points + rows + drifts * (dimension + 3) + 8 * dimension + 5) };
}

/** How many candidates at once: within the device's limits, and so that a submit ends soon. */
export function chooseChunk(device: ComputeDevice, room: Omit<BatchRoom, "candidates">): number {
  const { largest, all } = bytesPerCandidate(room);
  const binding = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  const fits = Math.min(Math.floor(binding / largest), Math.floor(MEMORY[device.kind] / all));
  return Math.max(4, Math.min(MOST_CANDIDATES, 4 * Math.floor(fits / 4)));
}

/** [B] */
const MEMORY = { hardware: 256 * 2 ** 20, software: 6 * 2 ** 20 };
const MOST_CANDIDATES = 65_536;

export function createBatchBuffers(own: BufferSet, room: BatchRoom): BatchBuffers {
  const { points, dimension, drifts, candidates } = room;
  const rows = (label: string, count: number) => own.storage(label, 4 * count * candidates);
  const tileCount = countTiles(room);
  // Triangles of whole tiles, three slices each, and the further rows.
  const entryCount = 3 * (((points + 4) * (points + 8)) / 2 + 4 * (points + 4) * Math.ceil(drifts / 4));
  const factor = (label: string): FactorBuffers => ({
    tiles: own.storage(`${label} tiles`, 16 * tileCount),
    entries: own.storage(`${label} factor`, 4 * entryCount),
    scales: own.storage(`${label} scales`, 16 * tileCount),
  });
  return {
    launch: own.uniform("launch", new Uint32Array(8)),
    candidate: rows("candidates", 2 * dimension),
    prediction: rows("predictions", 2),
    gradient: rows("gradients", 2 * dimension),
    predictionBack: own.staging("predictions back", 4 * 2 * candidates),
    gradientBack: own.staging("gradients back", 4 * 2 * dimension * candidates),
    axes: own.storage("axes", 16 * dimension),
    points: own.storage("points", 8 * points * (dimension + 1)),
    place: rows("places", 2 * dimension),
    drift: rows("drift", drifts),
    driftSlope: rows("slopes of the drift", drifts * dimension),
    driftSystem: own.storage("drift system", 4 * (drifts * drifts + drifts + 1)),
    basis: own.storage("drift basis", 4 * points * drifts),
    covariance: rows("covariances", 3 * points),
    slope: rows("slopes", 2 * points),
    product: rows("products", 4 * tileCount),
    multipliers: rows("multipliers", 2 * drifts + 1),
    forward: factor("forward"),
    backward: factor("backward"),
  };
}

/** The factors' numbers, each with the buffer it belongs in. */
export function listUploads(buffers: BatchBuffers, factors: KrigingFactors): [GPUBuffer, BufferData][] {
  const ofFactor = (name: "forward" | "backward"): [GPUBuffer, BufferData][] => [
    [buffers[name].tiles, factors[name].tiles],
    [buffers[name].entries, factors[name].entries],
    [buffers[name].scales, factors[name].scales],
  ];
  return [
    ...ofFactor("forward"),
    ...ofFactor("backward"),
    [buffers.basis, factors.basis],
    [buffers.driftSystem, factors.driftSystem],
    [buffers.points, factors.points],
    [buffers.axes, factors.axes],
  ];
}

export async function bindBatchKernels(
  device: ComputeDevice,
  buffers: BatchBuffers,
  { model, extended }: { model: VariogramModel; extended: boolean },
): Promise<BatchKernels> {
  const constants = { lanes: chooseLaunchShape(device).lanes };
  const sliced = { ...constants, extended: extended ? 1 : 0 };
  const [place, covariance, product, predict, weights, gradient, driftGradient] = await Promise.all([
    createKernel(device, "calibrate/kriging-place", constants),
    createKernel(device, "calibrate/kriging-covariance", { ...sliced, ...describeModel(model) }),
    createKernel(device, "calibrate/kriging-product", sliced),
    createKernel(device, "calibrate/kriging-predict", sliced),
    createKernel(device, "calibrate/kriging-weights", sliced),
    createKernel(device, "calibrate/kriging-gradient", sliced),
    createKernel(device, "calibrate/kriging-drift-gradient", constants),
  ]);
  const bindFactor = ({ tiles, entries, scales }: FactorBuffers) =>
    product.bind({ ...buffers, tiles, factor: entries, rowScale: scales });
  return {
    place: place.bind(buffers),
    covariance: covariance.bind(buffers),
    forward: bindFactor(buffers.forward),
    predict: predict.bind(buffers),
    weights: weights.bind(buffers),
    backward: bindFactor(buffers.backward),
    gradient: gradient.bind(buffers),
    driftGradient: driftGradient.bind(buffers),
  };
}

/** Estimates and variances of `room.candidates`, and gradients if asked for: four candidates a lane. */
export function encodeBatch(
  pass: GPUComputePassEncoder,
  kernels: BatchKernels,
  device: ComputeDevice,
  { candidates, points, dimension, drifts, gradient }: BatchRoom & { readonly gradient: boolean },
): void {
  const groups = Math.ceil(candidates / 4 / chooseLaunchShape(device).lanes);
  const dispatch = ({ pipeline, bindGroup }: BoundKernel, rows: number) => {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(groups, rows);
  };
  const pointRows = Math.ceil(points / POINTS_PER_LANE);
  dispatch(kernels.place, 1);
  dispatch(kernels.covariance, pointRows);
  dispatch(kernels.forward, countTiles({ points, drifts }));
  dispatch(kernels.predict, 1);
  if (!gradient) return;
  dispatch(kernels.weights, pointRows);
  dispatch(kernels.backward, Math.ceil(points / 4));
  dispatch(kernels.gradient, dimension);
  dispatch(kernels.driftGradient, dimension);
}

/** The model's constants as overrides of kriging-covariance.wgsl, in two f32 each. */
function describeModel(model: VariogramModel) {
  const scale = EXPONENT_SCALE[model];
  const slope = {
    exponential: -1.5,
    spherical: -0.75,
    gaussian: -3,
    matern32: (scale * scale) / -2,
    matern52: (scale * scale) / -6,
  };
  return {
    model: VARIOGRAM_MODELS.indexOf(model),
    exponentHigh: Math.fround(scale),
    exponentLow: Math.fround(scale - Math.fround(scale)),
    slopeHigh: Math.fround(slope[model]),
    slopeLow: Math.fround(slope[model] - Math.fround(slope[model])),
  };
}
