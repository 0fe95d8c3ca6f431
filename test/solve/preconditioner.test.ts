import { describe, expect, it } from "vitest";
import { choosePreconditioner, MULTIGRID_UNKNOWNS } from "../../src/solve/preconditioner.ts";

const of = (...counts: number[]) => counts.map((unknownCount) => ({ unknownCount }));

describe.each(["software", "hardware"] as const)("the preconditioner on %s", (kind) => {
  const large = MULTIGRID_UNKNOWNS[kind];

  it("is multigrid from some size of the largest system on, if nothing else is asked for", () => {
    expect(choosePreconditioner({ kind }, of(12, large - 1, 7), { kind: "auto" })).toBe("jacobi");
    expect(choosePreconditioner({ kind }, of(12, large, 7), { kind: "auto" })).toBe("multigrid");
    // Many small ones are no large one.
    expect(choosePreconditioner({ kind }, of(...Array(100).fill(large / 10)), { kind: "auto" })).toBe(
      "jacobi",
    );
    expect(choosePreconditioner({ kind }, [], { kind: "auto" })).toBe("jacobi");
  });

  it("is what is asked for at any size", () => {
    expect(choosePreconditioner({ kind }, of(3), { kind: "multigrid" })).toBe("multigrid");
    expect(choosePreconditioner({ kind }, of(10 * large), { kind: "jacobi" })).toBe("jacobi");
  });
});
