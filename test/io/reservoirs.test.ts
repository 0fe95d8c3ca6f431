import { expect, test } from "vitest";
import { expandReservoirs, foldReservoirs } from "../../src/io/reservoirs.ts";
import { INLET_RESERVOIR, OUTLET_RESERVOIR, PoreNetwork } from "../../src/network/pore-network.ts";
import { expectSameNetwork, makeNetwork } from "./helpers.ts";

const HALF = new PoreNetwork({
  coords: Float64Array.of(1, 2, 3, 4, 5, 6),
  conns: Int32Array.of(INLET_RESERVOIR, 0, 0, 1, 1, OUTLET_RESERVOIR),
  box: { origin: [0.5, 0, 0], size: [7, 8, 9] },
  properties: [
    ["pore.radius", Float64Array.of(10, 20)],
    ["pore.volume", Float64Array.of(100, 200)],
    ["pore.inlet", Uint8Array.of(0, 1)],
    ["throat.radius", Float64Array.of(1, 2, 3)],
    ["throat.conduit_lengths", Float64Array.of(11, 12, 13, 21, 22, 23, 31, 32, 33)],
  ],
});

test("each reservoir end becomes a boundary pore on its face that adds no resistance", () => {
  const expanded = expandReservoirs(HALF);
  expect([...expanded.conns]).toEqual([2, 0, 0, 1, 1, 3]);
  expect([...expanded.coords.slice(6)]).toEqual([0.5, 2, 3, 7.5, 5, 6]);
  expect([...expanded.numbers("throat.conduit_lengths")]).toEqual([0, 12, 13, 21, 22, 23, 31, 32, 0]);
  expect([...expanded.numbers("pore.radius")]).toEqual([10, 20, 1, 3]);
  expect([...expanded.numbers("pore.volume")]).toEqual([100, 200, 0, 0]);
  expect(expanded.get("pore.reservoir")).toEqual(Uint8Array.of(0, 0, 1, 1));
  expect(expanded.get("pore.boundary")).toEqual(Uint8Array.of(0, 0, 1, 1));
  expect(expanded.get("pore.inlet")).toEqual(Uint8Array.of(0, 1, 1, 0));
  expect(expanded.get("pore.outlet")).toEqual(Uint8Array.of(0, 0, 0, 1));
});

test("folding undoes expanding, and the original is left alone", () => {
  const before = HALF.numbers("throat.conduit_lengths").slice();
  expectSameNetwork(foldReservoirs(expandReservoirs(HALF)), HALF);
  expect(HALF.numbers("throat.conduit_lengths")).toEqual(before);
  const made = makeNetwork(101, 8080);
  expectSameNetwork(foldReservoirs(expandReservoirs(made)), made);
});

test("a throat between the reservoirs, and a network without pores", () => {
  const direct = new PoreNetwork({
    coords: new Float64Array(0),
    conns: Int32Array.of(INLET_RESERVOIR, OUTLET_RESERVOIR),
    box: { origin: [0, 0, 0], size: [2, 4, 6] },
  });
  const expanded = expandReservoirs(direct);
  expect([...expanded.coords]).toEqual([0, 2, 3, 2, 2, 3]);
  expectSameNetwork(foldReservoirs(expanded), direct);
});

test("networks without reservoirs stay themselves", () => {
  const plain = new PoreNetwork({ coords: new Float64Array(6), conns: Int32Array.of(0, 1) });
  expect(expandReservoirs(plain)).toBe(plain);
  expect(foldReservoirs(plain)).toBe(plain);
});

test("only pores with one throat and one side are folded, wherever they stand", () => {
  const network = new PoreNetwork({
    // 0: inlet reservoir of one throat; 1, 2: pores; 3: outlet of two throats; 4: of neither side.
    coords: Float64Array.from({ length: 15 }, (_, k) => k),
    conns: Int32Array.of(0, 1, 1, 2, 2, 3, 1, 3, 4, 2),
    properties: [
      ["pore.reservoir", Uint8Array.of(1, 0, 0, 1, 1)],
      ["pore.inlet", Uint8Array.of(1, 0, 0, 0, 0)],
      ["pore.outlet", Uint8Array.of(0, 0, 0, 1, 0)],
      ["pore.pair", Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)],
    ],
  });
  const folded = foldReservoirs(network);
  expect([...folded.conns]).toEqual([INLET_RESERVOIR, 0, 0, 1, 1, 2, 0, 2, 3, 1]);
  expect([...folded.coords]).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  expect([...folded.numbers("pore.pair")]).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  expect(folded.get("pore.outlet")).toEqual(Uint8Array.of(0, 0, 1, 0));
  expect(folded.has("pore.inlet")).toBe(false);
});
