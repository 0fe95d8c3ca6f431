/** The end of a hierarchy: its coarsest level is solved by its inverse, which the host computes. */
import { writeBuffer } from "../gpu/buffers.ts";
import { createKernel } from "../gpu/kernel.ts";
import { invertLaplacian } from "./invert-laplacian.ts";
import type { DenseLaplacian, LevelVectors } from "./level.ts";
import { createRowLaunch, type Step } from "./row-launch.ts";
import type { SetupContext } from "./setup-context.ts";

export class Bottom {
  readonly step: Step;
  readonly #context: SetupContext;
  readonly #inverse: GPUBuffer;

  static async create(
    context: SetupContext,
    rowCount: number,
    { load, result }: LevelVectors,
  ): Promise<Bottom> {
    const { device, shape, set } = context;
    const inverse = set.storage("inverse of the coarsest level", 4 * rowCount ** 2);
    const kernel = await createKernel(device, "multigrid/solve-bottom", { lanes: shape.lanes });
    const { uniform: level, groupCount } = createRowLaunch(set, device, shape, rowCount);
    const step = { kernel: kernel.bind({ level, inverse, load, x: result }), groupCount };
    return new Bottom(context, inverse, step);
  }

  private constructor(context: SetupContext, inverse: GPUBuffer, step: Step) {
    this.#context = context;
    this.#inverse = inverse;
    this.step = step;
  }

  setMatrix({ weight, ground }: DenseLaplacian): void {
    writeBuffer(this.#context.device, this.#inverse, Float32Array.from(invertLaplacian(weight, ground)));
  }
}
