import { describe, expect, it } from "vitest";
import { type InvasionProblem, invadeNetwork } from "../../src/network/index.ts";
import { makeRandom } from "../sparse/graphs.ts";

/** A path 0 - 1 - 2 - 3 with the entry pressures of its throats; pores are entered freely. */
function path(throats: readonly number[]): InvasionProblem {
  const poreCount = throats.length + 1;
  return {
    poreCount,
    conns: Int32Array.from(throats.flatMap((_, e) => [e, e + 1])),
    throatEntry: Float64Array.from(throats),
    poreEntry: new Float64Array(poreCount),
    inletEntry: Float64Array.from({ length: poreCount }, (_, i) => (i === 0 ? 0 : Infinity)),
  };
}

function drawProblem(seed: number, trapping: boolean): InvasionProblem {
  const random = makeRandom(seed);
  const poreCount = 4 + Math.floor(14 * random());
  const throats = Math.floor(2.2 * poreCount * random());
  const pick = () => Math.floor(poreCount * random());
  // Whole numbers, so that ties come up.
  const draw = () => Math.ceil(12 * random());
  return {
    poreCount,
    conns: Int32Array.from({ length: 2 * throats }, pick),
    throatEntry: Float64Array.from({ length: throats }, draw),
    poreEntry: Float64Array.from({ length: poreCount }, () => 4 * random()),
    inletEntry: Float64Array.from({ length: poreCount }, (_, i) => (i < 2 ? random() : Infinity)),
    isOutlet: trapping
      ? Uint8Array.from({ length: poreCount }, (_, i) => (i >= poreCount - 2 ? 1 : 0))
      : undefined,
  };
}

/** The lowest of the highest entry pressures over all paths, by relaxing until nothing changes. */
function relax({ poreCount, conns, throatEntry, poreEntry, inletEntry }: InvasionProblem): Float64Array {
  const lowest = Float64Array.from({ length: poreCount }, (_, i) => Math.max(inletEntry[i]!, poreEntry[i]!));
  for (let changed = true; changed; ) {
    changed = false;
    for (let k = 0; k < conns.length; k++) {
      const [from, to] = [conns[k]!, conns[k ^ 1]!];
      const entry = Math.max(lowest[from]!, throatEntry[k >> 1]!, poreEntry[to]!);
      if (entry < lowest[to]!) {
        lowest[to] = entry;
        changed = true;
      }
    }
  }
  return lowest;
}

/** Invades step by step, walking from the outlet before every step; entry pressures must be all different. */
function invadeByWalking(problem: InvasionProblem): Float64Array {
  const { poreCount, conns, throatEntry, poreEntry, inletEntry, isOutlet } = problem;
  const pressure = new Float64Array(poreCount).fill(Infinity);
  let highest = -Infinity;
  for (;;) {
    const free = new Set([...isOutlet!.keys()].filter((i) => isOutlet![i] && pressure[i] === Infinity));
    for (let grown = true; grown; ) {
      grown = false;
      for (let k = 0; k < conns.length; k++) {
        const [from, to] = [conns[k]!, conns[k ^ 1]!];
        if (!free.has(from) || free.has(to) || pressure[to] !== Infinity) continue;
        free.add(to);
        grown = true;
      }
    }
    let [next, entry] = [-1, Infinity];
    const offer = (pore: number, at: number) => {
      if (free.has(pore) && at < entry) [next, entry] = [pore, at];
    };
    for (let i = 0; i < poreCount; i++) offer(i, Math.max(inletEntry[i]!, poreEntry[i]!));
    for (let k = 0; k < conns.length; k++) {
      const [from, to] = [conns[k]!, conns[k ^ 1]!];
      if (pressure[from] !== Infinity) offer(to, Math.max(throatEntry[k >> 1]!, poreEntry[to]!));
    }
    if (next < 0) return pressure;
    highest = Math.max(highest, entry);
    pressure[next] = highest;
  }
}

describe("invasion percolation", () => {
  it("holds behind the tightest throat passed so far", () => {
    const { porePressure, throatPressure } = invadeNetwork(path([3, 1, 5]));
    expect([...porePressure]).toEqual([0, 3, 3, 5]);
    expect([...throatPressure]).toEqual([3, 3, 5]);
  });

  it("takes the wider of two ways, and enters the tighter one from both ends later", () => {
    const { porePressure, throatPressure } = invadeNetwork({
      ...path([2, 4]),
      conns: Int32Array.of(0, 1, 0, 1, 1, 2),
      throatEntry: Float64Array.of(2, 9, 4),
    });
    expect([...porePressure]).toEqual([0, 2, 4]);
    expect([...throatPressure]).toEqual([2, 9, 4]);
  });

  it("gives every pore the lowest of the highest entry pressures over all paths", () => {
    for (let seed = 500; seed < 700; seed++) {
      const problem = drawProblem(seed, false);
      expect([seed, ...invadeNetwork(problem).porePressure]).toEqual([seed, ...relax(problem)]);
    }
  });

  it("traps what has lost its way to the outlet", () => {
    // 0 - 1 - 2 and a dead end 3 behind a tight throat: with the outlet at 2, pore 3 is cut off once 1 is invaded.
    const problem = {
      ...path([1, 2]),
      poreCount: 4,
      conns: Int32Array.of(0, 1, 1, 2, 1, 3),
      throatEntry: Float64Array.of(1, 2, 7),
      poreEntry: new Float64Array(4),
      inletEntry: Float64Array.of(0, Infinity, Infinity, Infinity),
    };
    expect([...invadeNetwork(problem).porePressure]).toEqual([0, 1, 2, 7]);
    const trapped = invadeNetwork({ ...problem, isOutlet: Uint8Array.of(0, 0, 1, 0) });
    expect([...trapped.porePressure]).toEqual([0, 1, 2, Infinity]);
    expect([...trapped.throatPressure]).toEqual([1, 2, Infinity]);
  });

  it("traps as an invasion that looks for ways out before every step", () => {
    let trappedPores = 0;
    for (let seed = 800; seed < 1000; seed++) {
      const drawn = drawProblem(seed, true);
      const random = makeRandom(seed + 7000);
      const problem = { ...drawn, throatEntry: drawn.throatEntry.map((p) => p + 0.9 * random()) };
      const { porePressure } = invadeNetwork(problem);
      expect([seed, ...porePressure]).toEqual([seed, ...invadeByWalking(problem)]);
      const free = invadeNetwork({ ...problem, isOutlet: undefined }).porePressure;
      trappedPores += porePressure.filter((p, i) => p === Infinity && free[i] !== Infinity).length;
    }
    expect(trappedPores).toBeGreaterThan(100);
  });

  it("never enters what is closed for good", () => {
    const { porePressure, throatPressure } = invadeNetwork(path([3, Infinity, 5]));
    expect([...porePressure]).toEqual([0, 3, Infinity, Infinity]);
    expect([...throatPressure]).toEqual([3, Infinity, Infinity]);
    const shut = { ...path([3]), poreEntry: Float64Array.of(0, Infinity) };
    expect([...invadeNetwork(shut).porePressure]).toEqual([0, Infinity]);
  });

  it("enters throats of reservoirs", () => {
    const { throatPressure } = invadeNetwork({
      ...path([1]),
      poreCount: 1,
      conns: Int32Array.of(-1, 0, 0, -2),
      throatEntry: Float64Array.of(3, 2),
      poreEntry: new Float64Array(1),
      inletEntry: Float64Array.of(3),
    });
    expect([...throatPressure]).toEqual([3, 3]);
  });
});
