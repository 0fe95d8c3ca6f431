import { describe, expect, it } from "vitest";
import { collectMost } from "../../examples/app/src/engine/throat-ranking.ts";
import { PoreNetwork, uniform } from "../../src/network/index.ts";

/** A chain of pores with a throat for each share. */
function chain(throats: number): PoreNetwork {
  const conns = Int32Array.from({ length: 2 * throats }, (_, k) => (k + 1) >> 1);
  return new PoreNetwork({
    coords: new Float64Array(3 * (throats + 1)),
    conns,
    properties: [["throat.radius", Float64Array.from({ length: throats }, (_, e) => (e + 1) * 1e-6)]],
  });
}

describe("the throats that matter most", () => {
  it("are the fewest that make the part asked for", () => {
    const shares = Float64Array.of(0.05, 0.4, 0, 0.25, 0.3);
    const half = collectMost(chain(5), shares, 0.5);
    expect(Array.from(half.indices)).toEqual([1, 4]);
    expect(half.ranking).toEqual({
      count: 2,
      throats: 5,
      top: [
        { throat: 1, pores: [1, 2], share: 0.4, radius: 2 * 1e-6 },
        { throat: 4, pores: [4, 5], share: 0.3, radius: 5 * 1e-6 },
      ],
    });
    expect(Array.from(collectMost(chain(5), shares, 0.01).indices)).toEqual([1]);
  });

  it("never are throats that carry nothing", () => {
    const shares = Float64Array.of(0, 0.5, 0, 0.5, 0);
    // Above what all shares sum to.
    expect(Array.from(collectMost(chain(5), shares, 1.5).indices)).toEqual([1, 3]);
    expect(collectMost(chain(5), new Float64Array(5), 0.5).ranking.count).toBe(0);
  });

  it("agree with a plain sort, whatever the shares", () => {
    const shares = Float64Array.from({ length: 500 }, (_, e) => uniform(17, 3, e) ** 3);
    const sum = shares.reduce((all, share) => all + share, 0);
    const normal = shares.map((share) => share / sum);
    const order = Array.from(normal.keys()).sort((a, b) => normal[b]! - normal[a]!);
    let count = 0;
    for (let part = 0; part < 0.9; count++) part += normal[order[count]!]!;
    const { indices, ranking } = collectMost(chain(500), normal, 0.9);
    expect(Array.from(indices).sort((a, b) => a - b)).toEqual(order.slice(0, count).sort((a, b) => a - b));
    expect(ranking.top.map(({ throat }) => throat)).toEqual(order.slice(0, 12));
  });
});
