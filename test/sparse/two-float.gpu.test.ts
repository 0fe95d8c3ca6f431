import { expect, it } from "vitest";
import { hasTwoFloat, measureTwoFloatError } from "../../src/sparse/two-float-probe.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

it("keeps 40 bits and more of a dot product, where f32 has 24", async () => {
  const error = await measureTwoFloatError(device);
  expect(error).toBeLessThan(1e-11);
  expect(await hasTwoFloat(device)).toBe(true);
});
