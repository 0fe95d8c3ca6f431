/** The device of this process and how fast its best copy kernel moves bytes. */
import { type AdapterChoice, type CopyShape, measureCopyBandwidth } from "porenet";
import { requestDevice } from "porenet/node";

export interface BandwidthTask {
  readonly kind: "bandwidth";
  /** For the measurement, all candidates together [s]. */
  readonly seconds: number;
}

export interface BandwidthMeasurement {
  readonly device: AdapterChoice;
  /** Bytes read and bytes written, both counted [GB/s]. */
  readonly gigabytesPerSecond: number;
  readonly shape: CopyShape;
}

export async function measureBandwidth({ seconds }: BandwidthTask): Promise<BandwidthMeasurement> {
  using device = await requestDevice();
  const { gigabytesPerSecond, shape } = await measureCopyBandwidth(device, { seconds });
  return {
    device: { name: device.name, kind: device.kind, source: device.source },
    gigabytesPerSecond,
    shape,
  };
}
