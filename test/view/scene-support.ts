/** Small networks for pictures, and the comparison of a picture with cast rays. */
import { expect } from "vitest";
import { INLET_RESERVOIR, OUTLET_RESERVOIR, PoreNetwork } from "../../src/network/pore-network.ts";
import type { NetworkScene } from "../../src/view/network-scene.ts";
import { measureExtent } from "../../src/view/projection.ts";
import { makeRandom } from "./random.ts";
import { type CastScene, type Hit, makeCaster } from "./ray-caster.ts";

export const WIDTH = 96;
export const HEIGHT = 72;
const MICRON = 1e-6;
/** Of a pixel: where the ray may fall a hair beside in float32. */
const SLACK = 0.03;

export type Rgb = readonly [number, number, number];

/** Pores anywhere in a box of 300 x 200 x 200 µm, throats between some, and two throats into each reservoir. */
export function drawNetwork(seed: number, poreCount = 14, throatCount = 16): PoreNetwork {
  const random = makeRandom(seed);
  const coords = Float64Array.from(
    { length: 3 * poreCount },
    (_, k) => (k % 3 === 0 ? 1000 + 300 * random() : 200 * random()) * MICRON,
  );
  const conns = [];
  for (let e = 0; e < throatCount; e++) {
    const a = Math.floor(random() * poreCount);
    conns.push(a, (a + 1 + Math.floor(random() * (poreCount - 1))) % poreCount);
  }
  conns.push(INLET_RESERVOIR, 0, 1, INLET_RESERVOIR, 2, OUTLET_RESERVOIR, OUTLET_RESERVOIR, 3);
  const sizes = (count: number, least: number) =>
    Float64Array.from({ length: count }, () => least * (1 + random()) * MICRON);
  return new PoreNetwork({
    coords,
    conns: Int32Array.from(conns),
    box: { origin: [1000 * MICRON, 0, 0], size: [300 * MICRON, 200 * MICRON, 200 * MICRON] },
    properties: [
      ["pore.radius", sizes(poreCount, 12)],
      ["throat.radius", sizes(conns.length / 2, 4)],
    ],
  });
}

export function castSceneOf(network: PoreNetwork, changes: Partial<CastScene> = {}): CastScene {
  return {
    network,
    poreRadii: network.numbers("pore.radius"),
    throatRadii: network.numbers("throat.radius"),
    box: measureExtent(network),
    ...changes,
  };
}

/**
 * Compares the whole picture's colours, and the element at every third pixel each way, with cast rays. Pixels whose ray
 * meets another element or face a hair beside are left out; there must be few of them.
 * @param colorOf unshaded colour of an element, 0…255
 */
export async function expectPicture(
  scene: NetworkScene,
  cast: CastScene,
  colorOf: (hit: Hit) => Rgb,
  background: Rgb = [255, 255, 255],
): Promise<{ readonly seen: Set<string>; readonly covered: number }> {
  const text = `#${background.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  const { pixels } = await scene.capture(WIDTH, HEIGHT, { background: text, supersampling: 1 });
  drawOnce(scene, WIDTH, HEIGHT);
  const look = makeCaster(cast, scene.camera, WIDTH, HEIGHT);
  const wrong: string[] = [];
  const seen = new Set<string>();
  let [unsure, covered] = [0, 0];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const hit = look(x + 0.5, y + 0.5);
      const beside = [-SLACK, SLACK].flatMap((d) => [look(x + 0.5 + d, y + 0.5), look(x + 0.5, y + 0.5 + d)]);
      if (beside.some((each) => nameHit(each) !== nameHit(hit) || isFar(each, hit))) {
        unsure++;
        continue;
      }
      if (hit) {
        covered++;
        seen.add(`${hit.kind} ${hit.face}`);
      }
      const found = pixels.subarray(4 * (y * WIDTH + x), 4 * (y * WIDTH + x) + 4);
      const wanted = hit ? colorOf(hit).map((part) => part * hit.shade) : background;
      const isRight = wanted.every((part, k) => Math.abs(part - found[k]!) <= 2) && found[3] === 255;
      if (!isRight) wrong.push(`${x},${y}: ${found} for ${wanted} of ${nameHit(hit)}`);
      if (x % 3 !== 0 || y % 3 !== 0) continue;
      const picked = await scene.pick(x, y);
      if (picked?.kind !== hit?.kind || picked?.index !== hit?.index) {
        wrong.push(`${x},${y}: ${picked?.kind} ${picked?.index} for ${nameHit(hit)}`);
      }
    }
  }
  expect(wrong.slice(0, 8)).toEqual([]);
  expect(unsure).toBeLessThan(0.12 * WIDTH * HEIGHT);
  return { seen, covered: covered / (WIDTH * HEIGHT) };
}

/** Into a texture that is gone at once: for what can be picked. */
export function drawOnce(scene: NetworkScene, width: number, height: number): void {
  const texture = scene.device.gpu.createTexture({
    size: [width, height],
    format: scene.format,
    usage: RENDER_ATTACHMENT,
  });
  scene.draw(texture.createView(), width, height);
  texture.destroy();
}

/** Red, green and blue of `#rrggbb`, 0…255. */
export function rgb(color: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as unknown as Rgb;
}

const RENDER_ATTACHMENT = 0x10;

function nameHit(hit: Hit | undefined): string {
  return hit ? `${hit.kind} ${hit.index} ${hit.face}` : "nothing";
}

/** At the rim of a solid a hair beside is another shade. */
function isFar(one: Hit | undefined, other: Hit | undefined): boolean {
  return Math.abs((one?.shade ?? 0) - (other?.shade ?? 0)) > 0.006;
}
