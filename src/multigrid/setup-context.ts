/** What building a hierarchy has at hand. */
import type { BufferSet } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import type { LaunchShape } from "../gpu/launch-shape.ts";

export interface SetupContext {
  readonly device: ComputeDevice;
  readonly shape: LaunchShape;
  /** Owns what stays. */
  readonly set: BufferSet;
  /** The largest buffer to make of what can be cut [bytes]; by default the largest that the device binds. */
  readonly pageBytes?: number;
}
