/** The network in 3D against rays cast in float64: what is where, in which colour. */
import { describe, expect, it } from "vitest";
import { DeviceLostError, LimitError, OptionError } from "../../src/errors.ts";
import { computePermeability } from "../../src/flow/permeability.ts";
import { generateCubic, PoreNetwork } from "../../src/network/index.ts";
import { requestDevice } from "../../src/node.ts";
import { NetworkScene } from "../../src/view/network-scene.ts";
import { BLUE, fieldColor, UNSOLVED } from "../../src/view/theme.ts";
import { readBerea } from "../flow/networks.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { withLimit } from "../gpu/with-limit.ts";
import { useDevice } from "../support/device.ts";
import { makeRandom } from "./random.ts";
import type { Hit } from "./ray-caster.ts";
import {
  castSceneOf,
  drawNetwork,
  drawOnce,
  expectPicture,
  HEIGHT,
  type Rgb,
  rgb,
  WIDTH,
} from "./scene-support.ts";

const device = await useDevice();
const network = drawNetwork(1013);
const ASPECT = WIDTH / HEIGHT;

const plainColor = ({ kind }: Hit): Rgb => rgb(kind === "pore" ? BLUE : UNSOLVED);

async function makeScene(own = network): Promise<NetworkScene> {
  const scene = await NetworkScene.create(device, own);
  scene.fit(ASPECT);
  return scene;
}

/** Fraction of the first range by the second, as colours show it. */
function colorAt(value: number, [low, high]: readonly [number, number], isLog = false): Rgb {
  if (!Number.isFinite(value) || (isLog && value <= 0)) return rgb(UNSOLVED);
  const place = isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return rgb(fieldColor(place));
}

describe("spheres and cylinders", () => {
  it.each([1019, 1021, 1031])("are where rays meet them (seed %i)", async (seed) => {
    const own = drawNetwork(seed);
    using scene = await makeScene(own);
    const { seen, covered } = await expectPicture(scene, castSceneOf(own), plainColor, [240, 250, 230]);
    expect([...seen].sort()).toEqual(expect.arrayContaining(["pore sphere", "throat side"]));
    expect(covered).toBeGreaterThan(0.06);
  });

  it.each(["x", "y", "z"] as const)("are where rays meet them, seen along %s and from near", async (view) => {
    using scene = await makeScene();
    scene.camera.look(view);
    scene.camera.orbit(0.13, -0.07);
    scene.camera.zoom(2.3, 0.1, -0.2);
    scene.camera.pan(0.05, 0.02);
    await expectPicture(scene, castSceneOf(network), plainColor);
  });

  it("show their flat ends where pores do not hide them, and straight from the front", async () => {
    const row = new PoreNetwork({
      coords: Float64Array.of(0, 0, 0, 0, 30e-6, 0, 40e-6, 0, 0),
      conns: Int32Array.of(0, 1, 2, 0),
      properties: [
        ["pore.radius", Float64Array.of(2e-6, 1e-6, Number.NaN)],
        ["throat.radius", Float64Array.of(9e-6, 5e-6)],
      ],
    });
    using scene = await makeScene(row);
    const cast = castSceneOf(row, { poreRadii: [2e-6, 1e-6, 0] });
    const { seen } = await expectPicture(scene, cast, plainColor);
    expect([...seen]).toContain("throat disc");
    scene.camera.look("y");
    await expectPicture(scene, cast, plainColor);
  });

  it("are drawn larger, smaller or not at all", async () => {
    using scene = await makeScene();
    scene.setRadiusScale(1.4, 0.6);
    const poreRadii = network.numbers("pore.radius").map((r) => 1.4 * r);
    const throatRadii = network.numbers("throat.radius").map((r) => 0.6 * r);
    await expectPicture(scene, castSceneOf(network, { poreRadii, throatRadii }), plainColor);
    scene.setRadiusScale(0, 1);
    const { seen } = await expectPicture(scene, castSceneOf(network, { poreRadii: [] }), plainColor);
    expect([...seen].filter((name) => name.startsWith("pore"))).toEqual([]);
  });

  it("are left out where they have no place, and usual where they have no size", async () => {
    const lattice = generateCubic({ size: 3, sigma: 1, seed: 1033 });
    const coords = lattice.coords.slice();
    coords[3 * 5] = Number.NaN;
    using scene = await makeScene(new PoreNetwork({ coords, conns: lattice.conns }));
    drawOnce(scene, 200, 150);
    const found = new Set<string>();
    for (let y = 0; y < 150; y += 3) {
      for (let x = 0; x < 200; x += 3) {
        const pick = await scene.pick(x, y);
        if (pick) found.add(`${pick.kind} ${pick.index}`);
      }
    }
    expect(found.size).toBeGreaterThan(30);
    expect(found).not.toContain("pore 5");
    for (let e = 0; e < lattice.throatCount; e++) {
      if (lattice.conns.subarray(2 * e, 2 * e + 2).includes(5)) expect(found).not.toContain(`throat ${e}`);
    }
  });
});

describe("a slice", () => {
  it.each([
    ["x", 0.3, 0.7],
    ["y", 0, 0.55],
    ["z", 0.4, 1],
  ] as const)("across %s cuts solids through", async (axis, low, high) => {
    using scene = await makeScene();
    scene.camera.orbit(axis === "y" ? 2.8 : -0.6, axis === "z" ? -1 : 0.3);
    scene.setSlice({ axis, low, high });
    const slice = { axis: ["x", "y", "z"].indexOf(axis), low, high };
    const { seen } = await expectPicture(scene, castSceneOf(network, { slice }), plainColor);
    expect([...seen].join()).toMatch(/slice/);
    scene.setSlice(undefined);
    await expectPicture(scene, castSceneOf(network), plainColor);
  });
});

describe("colours", () => {
  const random = makeRandom(1039);
  const poreValues = Float64Array.from({ length: network.poreCount }, () => 3 + 5 * random());
  poreValues[3] = Number.NaN;
  poreValues[6] = Number.POSITIVE_INFINITY;
  poreValues[8] = -100;
  const throatValues = Float32Array.from({ length: network.throatCount }, () => 10 ** (-14 - 4 * random()));
  throatValues[4] = Number.NaN;
  throatValues[7] = 0;
  throatValues[9] = -1e-15;

  it("are those of the values: linear, grey where there is none, and logarithmic", async () => {
    using scene = await makeScene();
    scene.colorPores({ values: poreValues, range: [3, 8] });
    scene.colorThroats({ values: throatValues, range: [1e-18, 1e-14], scale: "log" });
    await expectPicture(scene, castSceneOf(network), ({ kind, index }) =>
      kind === "pore"
        ? colorAt(poreValues[index]!, [3, 8])
        : colorAt(throatValues[index]!, [1e-18, 1e-14], true),
    );
  });

  it("of throats are the mean of their pores'; towards a reservoir the pore's", async () => {
    using scene = await makeScene();
    scene.colorPores({ values: poreValues, range: [8, 3] });
    scene.colorThroats("pores");
    await expectPicture(scene, castSceneOf(network), ({ kind, index }) => {
      const ends = kind === "pore" ? [index] : [...network.conns.subarray(2 * index, 2 * index + 2)];
      const known = ends.filter((end) => end >= 0).map((end) => poreValues[end]!);
      return colorAt(
        known.reduce((sum, value) => sum + value / known.length, 0),
        [8, 3],
      );
    });
  });

  it("are the middle of the scale where its ends are one, and those that were chosen without values", async () => {
    using scene = await makeScene();
    scene.colorPores({ values: new Float32Array(network.poreCount).fill(7), range: [7, 7] });
    scene.setColors({ throats: "#123" });
    const color = ({ kind }: Hit): Rgb => rgb(kind === "pore" ? fieldColor(0.5) : "#112233");
    await expectPicture(scene, castSceneOf(network), color);
    scene.colorPores(undefined);
    scene.setColors({ pores: "#fedcba" });
    await expectPicture(scene, castSceneOf(network), ({ kind }) =>
      rgb(kind === "pore" ? "#fedcba" : "#112233"),
    );
  });

  it("come from another range with neither a new buffer nor a new upload", async () => {
    using scene = await makeScene();
    const values = device.gpu.createBuffer({ size: 4 * network.poreCount, usage: 0x80 | 0x08 });
    device.gpu.queue.writeBuffer(values, 0, Float32Array.from(poreValues));
    scene.colorPores({ values, range: [0, 1] });
    drawOnce(scene, WIDTH, HEIGHT);
    const buffers = countBuffers(device);
    scene.colorPores({ values, range: [3, 8] });
    drawOnce(scene, WIDTH, HEIGHT);
    expect(buffers.created).toBe(0);
    buffers.stop();
    await expectPicture(scene, castSceneOf(network), ({ kind, index }) =>
      kind === "pore" ? colorAt(poreValues[index]!, [3, 8]) : rgb(UNSOLVED),
    );
    values.destroy();
  });

  it("of pressures straight from the solver are those of the result, pixel by pixel", async () => {
    const berea = await readBerea();
    const { pressures, pressureBuffer } = await computePermeability(device, berea, { pressureBuffer: true });
    using scene = await makeScene(berea);
    scene.colorThroats("pores");
    scene.colorPores({ values: pressureBuffer!, range: [0, 1] });
    const fromSolver = await scene.capture(240, 180);
    scene.colorPores({ values: pressures, range: [0, 1] });
    const fromHost = await scene.capture(240, 180);
    expect(fromSolver.pixels).toEqual(fromHost.pixels);
    expect(new Set(new Uint32Array(fromHost.pixels.buffer)).size).toBeGreaterThan(1000);
    pressureBuffer!.destroy();
  });

  it("fade but for the highlighted throats and their pores", async () => {
    using scene = await makeScene();
    const throats = [2, 5, 17];
    scene.highlight(throats);
    // Half as thick they still are wider than a pixel.
    const scales = { pore: 1, throat: 2 };
    scene.setRadiusScale(scales.pore, scales.throat);
    const kept = new Set(throats.flatMap((e) => [...network.conns.subarray(2 * e, 2 * e + 2)]));
    const isKept = ({ kind, index }: Pick<Hit, "kind" | "index">) =>
      kind === "pore" ? kept.has(index) : throats.includes(index);
    const shrink = (kind: "pore" | "throat") =>
      network
        .numbers(`${kind}.radius`)
        .map((r, index) => r * scales[kind] * (isKept({ kind, index }) ? 1 : 0.5));
    const cast = castSceneOf(network, { poreRadii: shrink("pore"), throatRadii: shrink("throat") });
    const background: Rgb = [20, 30, 40];
    await expectPicture(
      scene,
      cast,
      (hit) =>
        isKept(hit)
          ? plainColor(hit)
          : (plainColor(hit).map((part, k) => 0.25 * part + 0.75 * background[k]!) as unknown as Rgb),
      background,
    );
    scene.highlight(undefined);
    scene.setRadiusScale(1);
    await expectPicture(scene, castSceneOf(network), plainColor);
  });
});

describe("pictures", () => {
  it("are means of finer ones, and the same in a canvas's format", async () => {
    using scene = await makeScene();
    const fine = await scene.capture(2 * WIDTH, 2 * HEIGHT, { supersampling: 1 });
    const coarse = await scene.capture(WIDTH, HEIGHT, { supersampling: 2 });
    expect(coarse).toMatchObject({ width: WIDTH, height: HEIGHT });
    const at = (x: number, y: number, k: number) => fine.pixels[4 * (2 * WIDTH * y + x) + k]!;
    let largest = 0;
    for (let p = 0; p < 4 * WIDTH * HEIGHT; p++) {
      const [x, y, k] = [2 * (Math.floor(p / 4) % WIDTH), 2 * Math.floor(p / 4 / WIDTH), p % 4];
      const mean = (at(x, y, k) + at(x + 1, y, k) + at(x, y + 1, k) + at(x + 1, y + 1, k)) / 4;
      largest = Math.max(largest, Math.abs(mean - coarse.pixels[p]!));
    }
    expect(largest).toBeLessThanOrEqual(0.5);
    using other = await NetworkScene.create(device, network, { format: "bgra8unorm", camera: scene.camera });
    expect(other.camera).toBe(scene.camera);
    expect((await other.capture(WIDTH, HEIGHT)).pixels).toEqual(coarse.pixels);
    expect(await other.drawPixels(2 * WIDTH, 2 * HEIGHT)).toEqual(fine);
    expect(other.byteLength - scene.byteLength).toBe(8 * 4 * WIDTH * HEIGHT);
  });

  it("tell nothing where nothing was drawn", async () => {
    using scene = await makeScene();
    expect(await scene.pick(3, 3)).toBeUndefined();
    drawOnce(scene, WIDTH, HEIGHT);
    expect(await scene.pick(0, 0)).toBeUndefined();
    expect(await scene.pick(-1, 5)).toBeUndefined();
    expect(await scene.pick(WIDTH, HEIGHT)).toBeUndefined();
  });

  it("of no pores, and of one, are drawn too", async () => {
    using nothing = await makeScene(new PoreNetwork({ coords: new Float64Array(), conns: new Int32Array() }));
    const { pixels } = await nothing.capture(8, 8, { background: "#102030" });
    expect([...pixels.subarray(0, 4)]).toEqual([16, 32, 48, 255]);
    const single = new PoreNetwork({
      coords: Float64Array.of(4, 5, 6),
      conns: new Int32Array(),
      properties: [["pore.radius", Float64Array.of(1e-3)]],
    });
    using one = await makeScene(single);
    drawOnce(one, 40, 40);
    expect(await one.pick(20, 20)).toEqual({ kind: "pore", index: 0 });
  });

  it("hold 10⁵ throats", async () => {
    using scene = await makeScene(generateCubic({ size: 33, sigma: 0.5, seed: 1049 }));
    expect(scene.network.throatCount).toBeGreaterThan(1e5);
    expect(scene.byteLength).toBeLessThan(3e6);
    drawOnce(scene, 320, 240);
    expect(scene.byteLength).toBeLessThan(3e6 + 8 * 320 * 240);
    const { pixels } = await scene.capture(320, 240, { supersampling: 1 });
    const words = new Uint32Array(pixels.buffer);
    const drawn = words.reduce((sum, word) => sum + (word === 0xffffffff ? 0 : 1), 0);
    expect(drawn).toBeGreaterThan(0.25 * words.length);
    const pick = await scene.pick(160, 120);
    expect(pick === undefined || pick.index < scene.network.throatCount).toBe(true);
  });
});

describe("a scene", () => {
  it("gives back all that it took", async () => {
    const buffers = countBuffers(device);
    try {
      const scene = await makeScene();
      scene.colorPores({ values: new Float32Array(network.poreCount), range: [0, 1] });
      scene.colorThroats({ values: new Float32Array(network.throatCount), range: [0, 1] });
      drawOnce(scene, WIDTH, HEIGHT);
      await scene.capture(WIDTH, HEIGHT);
      await scene.pick(4, 4);
      expect(buffers.bytes).toBe(scene.byteLength - 8 * WIDTH * HEIGHT);
      scene.destroy();
      expect(buffers.count).toBe(0);
    } finally {
      buffers.stop();
    }
  });

  it("refuses what does not fit, before anything is allocated", async () => {
    const small = withLimit(device, "maxStorageBufferBindingSize", 128);
    const buffers = countBuffers(device);
    const making = NetworkScene.create(small, network);
    await expect(making).rejects.toThrow(LimitError);
    await expect(making).rejects.toThrow(/Draw a part of the network/);
    expect(buffers.created).toBe(0);
    buffers.stop();
    using scene = await makeScene();
    const most = device.limits.maxTextureDimension2D;
    await expect(scene.capture(most + 1, 4, { supersampling: 1 })).rejects.toThrow(LimitError);
    await expect(scene.capture(most, 4)).rejects.toThrow(/smaller picture/);
  });

  it("refuses options that make no sense", async () => {
    await expect(NetworkScene.create(device, network, { size: 3 } as never)).rejects.toThrow(OptionError);
    await expect(NetworkScene.create(device, network, { format: "r8unorm" as never })).rejects.toThrow(
      OptionError,
    );
    using scene = await makeScene();
    const values = new Float32Array(network.poreCount);
    const refused = [
      () => scene.colorPores({ values: values.subarray(1), range: [0, 1] }),
      () => scene.colorPores({ values, range: [0, 1], scale: "log" }),
      () => scene.colorPores({ values, range: [0, Number.NaN] }),
      () => scene.colorPores({ values, range: [0, 1], unit: "Pa" } as never),
      () => scene.colorThroats({ values, range: [0, 1], scale: "cubic" as never }),
      () => scene.setSlice({ axis: "x", low: 0.5, high: 0.5 }),
      () => scene.setSlice({ axis: "w" as never, low: 0, high: 1 }),
      () => scene.setRadiusScale(-1),
      () => scene.setColors({ pores: "red" }),
      () => scene.highlight([network.throatCount]),
      () => scene.fit(0),
    ];
    for (const call of refused) expect(call).toThrow(OptionError);
    await expect(scene.capture(0, 4)).rejects.toThrow(OptionError);
  });

  it("says when its device is gone", async () => {
    const own = await requestDevice();
    const scene = await NetworkScene.create(own, network);
    const texture = own.gpu.createTexture({ size: [8, 8], format: "rgba8unorm", usage: 0x10 });
    const view = texture.createView();
    own.destroy();
    expect(() => scene.draw(view, 8, 8)).toThrow(DeviceLostError);
    await expect(scene.capture(8, 8)).rejects.toThrow(DeviceLostError);
  });
});
