/** What a scene holds on the device whatever it is coloured by. */
import type { BufferSet } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { requireLimit } from "../gpu/error-scopes.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { packRamp } from "./scene-colors.ts";
import { FRAME_BYTES } from "./scene-frame.ts";
import { packPores, packThroats, type SceneSpace, THROAT_WORDS } from "./scene-geometry.ts";
import { TOO_LARGE } from "./scene-values.ts";

export interface SceneBuffers {
  readonly frame: GPUBuffer;
  readonly ramp: GPUBuffer;
  readonly pores: GPUBuffer;
  readonly throats: GPUBuffer;
  readonly poreMark: GPUBuffer;
  readonly throatMark: GPUBuffer;
  /** What stands for values while there are none. */
  readonly nothing: GPUBuffer;
}

/** @throws {LimitError} when the network's geometry does not fit the device */
export function requireRoom(device: ComputeDevice, { poreCount, throatCount }: PoreNetwork): void {
  for (const bytes of [16 * poreCount, 4 * THROAT_WORDS * throatCount]) {
    requireLimit(device, "maxStorageBufferBindingSize", bytes, TOO_LARGE);
    requireLimit(device, "maxBufferSize", bytes, TOO_LARGE);
  }
}

export function createSceneBuffers(own: BufferSet, network: PoreNetwork, space: SceneSpace): SceneBuffers {
  const { poreCount, throatCount } = network;
  return {
    frame: own.uniform("frame", new Uint32Array(FRAME_BYTES / 4)),
    ramp: own.uniform("colours", new Uint32Array(packRamp().buffer)),
    pores: own.upload("pores", packPores(network, space)),
    throats: own.upload("throats", packThroats(network, space)),
    poreMark: own.storage("highlighted pores", 4 * Math.ceil(poreCount / 32)),
    throatMark: own.storage("highlighted throats", 4 * Math.ceil(throatCount / 32)),
    nothing: own.storage("no values", 16),
  };
}
