/**
 * Which pores can be solved: the free pores of components that touch both the inlet and the outlet. Every other
 * component carries no flow and makes the system singular or false; it is dropped, counted and reported.
 * Separate tubes side by side are legitimate.
 */
import { NetworkError } from "../errors.ts";
import { type FlowDomain, FREE, INLET, OUTLET } from "./flow-domain.ts";
import { INLET_RESERVOIR, OUTLET_RESERVOIR } from "./pore-network.ts";

/** Errors list at most so many indices. */
const LISTED = 20;

export interface DomainReport {
  /** n: 1 for the pores whose pressure is solved. */
  readonly solved: Uint8Array;
  /** Components of free pores that join inlet and outlet. */
  readonly componentsSolved: number;
  /** Components of free pores in all; an isolated pore is none. */
  readonly componentCount: number;
  /** Free pores without any open throat that conducts. */
  readonly isolatedPores: number;
  /** Free pores that are not solved, isolated ones included. */
  readonly droppedPores: number;
  /** Whether anything flows: a solved component, or a throat straight from inlet to outlet. */
  readonly percolates: boolean;
}

/**
 * Finds what can be solved. A throat joins its pores when it is open and its conductance is above 0.
 * @param conductance m values, any unit.
 * @throws {NetworkError} when an open throat's conductance is negative or not finite.
 */
export function examineDomain(domain: FlowDomain, conductance: ArrayLike<number>): DomainReport {
  const { poreState, throatEnds, throatOpen } = domain;
  checkConductance(domain, conductance);
  const forest = new Forest(poreState.length);
  /** 1: touches the inlet, 2: the outlet, 4: has a throat. */
  const touch = new Uint8Array(poreState.length);
  let hasDirectThroat = false;
  for (let e = 0; e < throatOpen.length; e++) {
    if (throatOpen[e] !== 1 || !(conductance[e]! > 0)) continue;
    const a = throatEnds[2 * e]!;
    const b = throatEnds[2 * e + 1]!;
    const isFreeA = a >= 0 && poreState[a] === FREE;
    const isFreeB = b >= 0 && poreState[b] === FREE;
    if (isFreeA && isFreeB) {
      touch[a] = touch[a]! | 4;
      touch[b] = touch[b]! | 4;
      forest.join(a, b);
    } else if (isFreeA) {
      touch[a] = touch[a]! | 4 | heldBy(b, poreState);
    } else if (isFreeB) {
      touch[b] = touch[b]! | 4 | heldBy(a, poreState);
    } else if ((heldBy(a, poreState) | heldBy(b, poreState)) === 3) {
      hasDirectThroat = true;
    }
  }
  return countComponents(poreState, forest, touch, hasDirectThroat);
}

function countComponents(
  poreState: Uint8Array,
  forest: Forest,
  touch: Uint8Array,
  hasDirectThroat: boolean,
): DomainReport {
  const count = poreState.length;
  for (let i = 0; i < count; i++) {
    const root = forest.rootOf(i);
    touch[root] = touch[root]! | touch[i]!;
  }
  const solved = new Uint8Array(count);
  let componentsSolved = 0;
  let componentCount = 0;
  let isolatedPores = 0;
  let droppedPores = 0;
  for (let i = 0; i < count; i++) {
    if (poreState[i] !== FREE) continue;
    const root = forest.rootOf(i);
    const reached = touch[root]!;
    if (reached === 0) isolatedPores++;
    if (reached === 7) solved[i] = 1;
    else droppedPores++;
    if (root === i && reached !== 0) componentCount++;
    if (root === i && reached === 7) componentsSolved++;
  }
  const percolates = hasDirectThroat || componentsSolved > 0;
  return { solved, componentsSolved, componentCount, isolatedPores, droppedPores, percolates };
}

/** 1 for what the inlet pressure holds, 2 for what the outlet's does, else 0. */
export function heldBy(end: number, poreState: Uint8Array): number {
  if (end === INLET_RESERVOIR || poreState[end] === INLET) return 1;
  return end === OUTLET_RESERVOIR || poreState[end] === OUTLET ? 2 : 0;
}

function checkConductance(domain: FlowDomain, conductance: ArrayLike<number>): void {
  const throats = domain.throatOpen.length;
  if (conductance.length !== throats) {
    throw new NetworkError(
      `There are ${conductance.length} conductances for ${throats} throats.`,
      "Give one conductance for each throat.",
    );
  }
  const wrong: number[] = [];
  for (let e = 0; e < throats && wrong.length < LISTED; e++) {
    const value = conductance[e]!;
    if (domain.throatOpen[e] === 1 && !(value >= 0 && value < Infinity)) wrong.push(e);
  }
  if (wrong.length > 0) {
    throw new NetworkError(
      `The conductance of throat ${wrong[0]} is ${conductance[wrong[0]!]}.`,
      "Conductances are finite and not negative: look at the throat's radius, lengths and shape factor.",
      wrong,
    );
  }
}

/**
 * Connected parts of a plain graph.
 * @param conns m x 2; ends below 0 (reservoirs) join nothing.
 * @returns the component of each pore, numbered in the order of their first pores, and the components' sizes.
 */
export function labelComponents(
  conns: Int32Array,
  poreCount: number,
): { label: Int32Array; sizes: Int32Array } {
  const forest = new Forest(poreCount);
  for (let k = 0; k < conns.length; k += 2) {
    if (conns[k]! >= 0 && conns[k + 1]! >= 0) forest.join(conns[k]!, conns[k + 1]!);
  }
  const label = new Int32Array(poreCount);
  const sizes: number[] = [];
  for (let i = 0; i < poreCount; i++) {
    // The root is the lowest index of its component, so that it has been met before.
    const root = forest.rootOf(i);
    if (root === i) {
      label[i] = sizes.length;
      sizes.push(1);
    } else {
      label[i] = label[root]!;
      sizes[label[root]!]!++;
    }
  }
  return { label, sizes: Int32Array.from(sizes) };
}

/** Disjoint sets whose root is their lowest member; paths are halved on the way up. */
export class Forest {
  readonly #parent: Int32Array;

  constructor(count: number) {
    this.#parent = new Int32Array(count);
    for (let i = 0; i < count; i++) this.#parent[i] = i;
  }

  rootOf(member: number): number {
    const parent = this.#parent;
    let i = member;
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  }

  join(a: number, b: number): void {
    const rootA = this.rootOf(a);
    const rootB = this.rootOf(b);
    if (rootA === rootB) return;
    if (rootA < rootB) this.#parent[rootB] = rootA;
    else this.#parent[rootA] = rootB;
  }
}
