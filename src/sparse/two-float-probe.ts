/**
 * Whether a driver keeps two-float arithmetic (shaders/include/two-float.wgsl). Some compilers reassociate what
 * must not be; so each device is asked once, with a dot product whose terms cancel to a millionth of their size.
 */
import { createBufferSet } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { createKernel, dispatchGroups, submitPass } from "../gpu/kernel.ts";
import { readBuffer } from "../gpu/readback.ts";
import { LAUNCH_WORDS } from "./launch.ts";

const TERMS = 4096;
/** Two f32 hold 48 bits, of which the sum of some thousand terms leaves about 40. */
const LARGEST_ERROR = 1e-11;

const verdicts = new WeakMap<GPUDevice, Promise<boolean>>();

/** True where the two-float dot product is good to 1e-11 of the sum of its terms' sizes. */
export function hasTwoFloat(device: ComputeDevice): Promise<boolean> {
  let verdict = verdicts.get(device.gpu);
  if (!verdict) {
    verdict = measureTwoFloatError(device).then((error) => error < LARGEST_ERROR);
    verdicts.set(device.gpu, verdict);
    verdict.catch(() => verdicts.delete(device.gpu));
  }
  return verdict;
}

/** The error of the probe's dot product, relative to the sum of the sizes of its terms. */
export async function measureTwoFloatError(device: ComputeDevice): Promise<number> {
  const left = new Float32Array(TERMS);
  const right = new Float32Array(TERMS);
  for (let k = 0; k < TERMS; k++) {
    left[k] = Math.sin(1 + 3 * k);
    right[k] =
      k % 8 < 4 ? 1 / (1 + k) : -left[k - 4]! * right[k - 4]! * (1 / left[k]!) * (1 + 1e-6 * Math.cos(k));
  }
  const kernel = await createKernel(device, "sparse/two-float-probe");
  const { set, buffers } = await createBufferSet(device, "the two-float probe", (own) => ({
    launch: own.uniform("launch", new Uint32Array(LAUNCH_WORDS)),
    batchLayout: own.storage("batch layout", 16),
    left: own.upload("left", left),
    right: own.upload("right", right),
    sums: own.storage("sums", 32),
  }));
  try {
    const bound = kernel.bind(buffers);
    submitPass(device, (pass) => dispatchGroups(pass, bound, 1));
    const result = new Float32Array(await readBuffer(device, buffers.sums));
    return compareSums(left, right, result);
  } finally {
    set.destroy();
  }
}

function compareSums(left: Float32Array, right: Float32Array, result: Float32Array): number {
  let worst = 0;
  for (let lane = 0; lane < 4; lane++) {
    let exact = 0;
    let size = 0;
    for (let k = lane; k < TERMS; k += 4) {
      exact += left[k]! * right[k]!;
      size += Math.abs(left[k]! * right[k]!);
    }
    const error = Math.abs(result[lane]! + result[4 + lane]! - exact) / size;
    worst = Math.max(worst, Number.isFinite(error) ? error : Number.POSITIVE_INFINITY);
  }
  return worst;
}
