import { describe, expect, it } from "vitest";
import { LimitError } from "../../src/errors.ts";
import { choosePreconditioner, MULTIGRID_UNKNOWNS } from "../../src/solve/preconditioner.ts";

const deviceOf = (kind: "software" | "hardware", storageBuffers: number) => ({
  kind,
  limits: { maxStorageBuffersPerShaderStage: storageBuffers } as GPUSupportedLimits,
});
const of = (...counts: number[]) => counts.map((unknownCount) => ({ unknownCount }));

describe.each(["software", "hardware"] as const)("the preconditioner on %s", (kind) => {
  const large = MULTIGRID_UNKNOWNS[kind];
  const device = deviceOf(kind, 10);

  it("is multigrid from some size of the largest system on, if nothing else is asked for", () => {
    expect(choosePreconditioner(device, of(12, large - 1, 7), { kind: "auto" })).toBe("jacobi");
    expect(choosePreconditioner(device, of(12, large, 7), { kind: "auto" })).toBe("multigrid");
    // Many small ones are no large one.
    expect(choosePreconditioner(device, of(...Array(100).fill(large / 10)), { kind: "auto" })).toBe("jacobi");
    expect(choosePreconditioner(device, [], { kind: "auto" })).toBe("jacobi");
  });

  it("is what is asked for at any size", () => {
    expect(choosePreconditioner(device, of(3), { kind: "multigrid" })).toBe("multigrid");
    expect(choosePreconditioner(device, of(10 * large), { kind: "jacobi" })).toBe("jacobi");
  });

  it("is Jacobi where kernels may bind 8 buffers only, as WebGPU promises", () => {
    const least = deviceOf(kind, 8);
    expect(choosePreconditioner(least, of(10 * large), { kind: "auto" })).toBe("jacobi");
    const ask = () => choosePreconditioner(least, of(10 * large), { kind: "multigrid" });
    expect(ask).toThrow(LimitError);
    expect(ask).toThrow(/maxStorageBuffersPerShaderStage.*8.*"auto"/);
  });
});
