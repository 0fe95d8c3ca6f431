/** How long a picture of a network in 3D takes, by its size. */
import { type AdapterChoice, generateCubic } from "porenet";
import { requestDevice } from "porenet/node";
import { NetworkScene } from "porenet/view";

export interface SceneTask {
  readonly kind: "scene";
  /** Pores along an edge of the lattices. */
  readonly sizes: readonly number[];
  readonly repeats: number;
}

export interface SceneMeasurement {
  readonly device: AdapterChoice;
  /** [px] */
  readonly width: number;
  readonly height: number;
  readonly scenes: readonly {
    readonly pores: number;
    readonly throats: number;
    readonly deviceBytes: number;
    readonly bestSeconds: number;
  }[];
}

const [WIDTH, HEIGHT] = [800, 600];
const RENDER_ATTACHMENT = 0x10;

/** Lattices that turn before the eye; each picture is waited for. */
export async function measureScene({ sizes, repeats }: SceneTask): Promise<SceneMeasurement> {
  using device = await requestDevice();
  const { name, kind, source } = device;
  const target = device.gpu.createTexture({
    size: [WIDTH, HEIGHT],
    format: "rgba8unorm",
    usage: RENDER_ATTACHMENT,
  });
  const scenes = [];
  for (const size of sizes) {
    const network = generateCubic({ size, seed: 7 });
    using scene = await NetworkScene.create(device, network);
    scene.fit(WIDTH / HEIGHT);
    let bestSeconds = Number.POSITIVE_INFINITY;
    for (let k = 0; k < repeats; k++) {
      scene.camera.orbit(0.1, 0.03);
      const start = performance.now();
      scene.draw(target.createView(), WIDTH, HEIGHT);
      await device.gpu.queue.onSubmittedWorkDone();
      bestSeconds = Math.min(bestSeconds, (performance.now() - start) / 1000);
    }
    scenes.push({
      pores: network.poreCount,
      throats: network.throatCount,
      deviceBytes: scene.byteLength,
      bestSeconds,
    });
  }
  target.destroy();
  return { device: { name, kind, source }, width: WIDTH, height: HEIGHT, scenes };
}
