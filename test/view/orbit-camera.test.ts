/** The camera of the 3D scene: where points of the scene come to lie in the picture. */
import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { OrbitCamera } from "../../src/view/orbit-camera.ts";
import { makeRandom } from "./random.ts";

type Point = readonly [number, number, number];

/** Right and up from the middle, in heights of the picture, and depth. */
function project(camera: OrbitCamera, [x, y, z]: Point): [number, number, number] {
  const m = camera.viewMatrix();
  const at = [0, 1, 2].map((row) => m[row]! * x + m[4 + row]! * y + m[8 + row]! * z + m[12 + row]!);
  const height = 2 * Math.tan(camera.fieldOfView / 2) * -at[2]!;
  return [at[0]! / height, at[1]! / height, -at[2]!];
}

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [k, value] of found.entries()) expect(value).toBeCloseTo(wanted[k]!, 10);
}

describe("a camera", () => {
  it.each([
    ["x", [0, 1, 0], [0, 0, 1], [1, 0, 0]],
    ["y", [1, 0, 0], [0, 0, 1], [0, -1, 0]],
    ["z", [1, 0, 0], [0, 1, 0], [0, 0, 1]],
  ] as const)("looks along %s with the other axes to the right and up", (view, right, up, toward) => {
    const camera = new OrbitCamera();
    camera.look(view);
    const { distance } = camera;
    const unit = 1 / (2 * Math.tan(camera.fieldOfView / 2) * distance);
    expectNear(project(camera, [0, 0, 0]), [0, 0, distance]);
    expectNear(project(camera, right), [unit, 0, distance]);
    expectNear(project(camera, up), [0, unit, distance]);
    expectNear(project(camera, toward).slice(2), [distance - 1]);
    expectNear(
      camera.eye,
      toward.map((part) => part * distance),
    );
  });

  it("is a rotation and a shift, however it is turned", () => {
    const random = makeRandom(1061);
    const camera = new OrbitCamera();
    for (let k = 0; k < 50; k++) {
      camera.orbit(4 * random() - 2, 2 * random() - 1);
      camera.pan(random() - 0.5, random() - 0.5);
      camera.zoom(0.5 + random());
      const m = camera.viewMatrix();
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b < 3; b++) {
          const product = [0, 1, 2].reduce((sum, row) => sum + m[4 * a + row]! * m[4 * b + row]!, 0);
          expect(product).toBeCloseTo(a === b ? 1 : 0, 12);
        }
      }
      // z never leans to a side.
      expect(m[8]).toBeCloseTo(0, 12);
      expect(m[9]).toBeGreaterThan(-1e-12);
      expectNear(project(camera, camera.eye).slice(2), [0]);
      expectNear(project(camera, camera.target), [0, 0, camera.distance]);
    }
  });

  it("turns what is seen with the hand, and stops at the poles", () => {
    const camera = new OrbitCamera();
    camera.look("y");
    const near: Point = [0, -0.5, 0];
    camera.orbit(0.2, 0);
    expect(project(camera, near)[0]).toBeGreaterThan(0.01);
    camera.look("y");
    camera.orbit(0, 0.2);
    expect(project(camera, near)[1]).toBeLessThan(-0.01);
    camera.orbit(0, 9);
    expect(camera.angles[1]).toBe(Math.PI / 2);
    camera.orbit(0, -99);
    expect(camera.angles[1]).toBe(-Math.PI / 2);
    camera.orbit(7, 0);
    expect(Math.abs(camera.angles[0])).toBeLessThanOrEqual(Math.PI);
  });

  it("moves what is seen by shares of the picture's height", () => {
    const camera = new OrbitCamera();
    const before = project(camera, [0, 0, 0]);
    camera.pan(0.25, 0.1);
    expectNear(project(camera, [0, 0, 0]), [before[0] + 0.25, before[1] - 0.1, before[2]]);
  });

  it("comes nearer to the point under the hand, which keeps its place", () => {
    const camera = new OrbitCamera();
    camera.pan(0.25, 0.1);
    const { distance } = camera;
    camera.zoom(1.7, 0.25, 0.1);
    expect(camera.distance).toBeCloseTo(distance / 1.7, 12);
    expectNear(project(camera, [0, 0, 0]).slice(0, 2), [0.25, -0.1]);
    camera.zoom(1e9);
    expect(camera.distance).toBeGreaterThan(0);
    camera.zoom(1e-9);
    expect(camera.distance).toBeLessThan(1e3);
  });

  it.each([0.4, 1, 2.5])("fits a box into a picture of aspect %f, and not much less", (aspect) => {
    const half: Point = [0.7, 0.5, 0.3];
    for (const view of ["oblique", "x", "y", "z"] as const) {
      const camera = new OrbitCamera();
      camera.pan(3, 4);
      camera.look(view);
      camera.fit(half, aspect);
      let [across, along] = [0, 0];
      for (let corner = 0; corner < 8; corner++) {
        const at = half.map((edge, axis) => (corner & (1 << axis) ? edge : -edge)) as unknown as Point;
        const [x, y] = project(camera, at);
        across = Math.max(across, Math.abs(x) / (aspect / 2));
        along = Math.max(along, Math.abs(y) / 0.5);
      }
      expect(Math.max(across, along)).toBeLessThan(1);
      expect(Math.max(across, along)).toBeGreaterThan(0.9);
    }
  });

  it("goes by steps of keys, there and back", () => {
    const camera = new OrbitCamera();
    const before = [...camera.viewMatrix()];
    for (const step of ["left", "up", "in", "right", "down", "out"] as const) {
      const last = [...camera.viewMatrix()];
      camera.step(step);
      expect([...camera.viewMatrix()]).not.toEqual(last);
    }
    expectNear([...camera.viewMatrix()], before);
  });

  it("refuses what is no movement", () => {
    const camera = new OrbitCamera();
    const refused = [
      () => camera.orbit(Number.NaN, 0),
      () => camera.pan(0, Number.POSITIVE_INFINITY),
      () => camera.zoom(0),
      () => camera.look("w" as never),
    ];
    for (const call of refused) expect(call).toThrow(OptionError);
  });
});
