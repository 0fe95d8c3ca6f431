/**
 * Invasion percolation: a non-wetting fluid enters a network from its inlet and takes, again and again, the element
 * of the lowest entry pressure that it touches (D. Wilkinson and J. F. Willemsen, J. Phys. A 16 (1983) 3365). The
 * highest entry pressure on the way is the pressure at which an element is invaded, so that one run gives the
 * quasi-static drainage at every pressure.
 *
 * With trapping, what is defended is lost once it has no path to the outlet through defended pores. That is found
 * by going through the sequence backwards with disjoint sets: a pore whose defended cluster, just before its turn,
 * does not reach the outlet was trapped before (Y. Masson, Geophys. Res. Lett. 43 (2016) 10,342, for the method).
 */
import { Forest } from "./components.ts";
import { INLET_RESERVOIR } from "./pore-network.ts";

export interface InvasionProblem {
  readonly poreCount: number;
  /** m x 2: pores of each throat, or a reservoir. */
  readonly conns: Int32Array;
  /** m: at which pressure a throat is entered. */
  readonly throatEntry: Float64Array;
  /** n: at which pressure a pore is entered, whatever it is entered by. */
  readonly poreEntry: Float64Array;
  /** n: at which pressure a pore is entered from the inlet; infinite for pores that are not there. */
  readonly inletEntry: Float64Array;
  /** n: 1 where the defending fluid can leave. `undefined`: it can leave everywhere, nothing is trapped. */
  readonly isOutlet?: Uint8Array | undefined;
}

export interface Invasion {
  /** n: lowest pressure at which the pore is invaded; infinite where it is never. */
  readonly porePressure: Float64Array;
  /** m */
  readonly throatPressure: Float64Array;
}

/**
 * Invades a network to the end; takes time as m log m.
 * @example invadeNetwork({ poreCount, conns, throatEntry, poreEntry, inletEntry }).porePressure
 */
export function invadeNetwork(problem: InvasionProblem): Invasion {
  const { sequence, porePressure } = invadeInTurn(problem);
  if (problem.isOutlet !== undefined) trap(problem, problem.isOutlet, sequence, porePressure);
  return { porePressure, throatPressure: enterThroats(problem, porePressure) };
}

interface Sequence {
  /** Pores in the order of their invasion. */
  readonly sequence: Int32Array;
  readonly porePressure: Float64Array;
}

function invadeInTurn({ poreCount, conns, throatEntry, poreEntry, inletEntry }: InvasionProblem): Sequence {
  const { rowStart, throat } = listThroats(poreCount, conns);
  const porePressure = new Float64Array(poreCount).fill(Infinity);
  const sequence = new Int32Array(poreCount);
  const heap = new EntryHeap(poreCount + conns.length / 2);
  for (let i = 0; i < poreCount; i++) {
    const entry = Math.max(inletEntry[i]!, poreEntry[i]!);
    if (entry < Infinity) heap.push(entry, i);
  }
  let invaded = 0;
  let pressure = -Infinity;
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    const { pore } = entry;
    if (porePressure[pore] !== Infinity) continue;
    pressure = Math.max(pressure, entry.pressure);
    porePressure[pore] = pressure;
    sequence[invaded++] = pore;
    for (let k = rowStart[pore]!; k < rowStart[pore + 1]!; k++) {
      const e = throat[k]!;
      const other = conns[2 * e]! === pore ? conns[2 * e + 1]! : conns[2 * e]!;
      const needed = Math.max(throatEntry[e]!, poreEntry[other]!);
      // What is closed for good is never entered.
      if (needed < Infinity && porePressure[other] === Infinity) heap.push(needed, other);
    }
  }
  return { sequence: sequence.subarray(0, invaded), porePressure };
}

/** Throats of every pore; those without two pores are left out. */
function listThroats(poreCount: number, conns: Int32Array): { rowStart: Int32Array; throat: Int32Array } {
  const rowStart = new Int32Array(poreCount + 1);
  const isWhole = (e: number) => conns[2 * e]! >= 0 && conns[2 * e + 1]! >= 0;
  for (let e = 0; e < conns.length / 2; e++) {
    if (!isWhole(e)) continue;
    rowStart[conns[2 * e]! + 1]!++;
    rowStart[conns[2 * e + 1]! + 1]!++;
  }
  for (let i = 0; i < poreCount; i++) rowStart[i + 1]! += rowStart[i]!;
  const throat = new Int32Array(rowStart[poreCount]!);
  const next = rowStart.slice(0, poreCount);
  for (let e = 0; e < conns.length / 2; e++) {
    if (!isWhole(e)) continue;
    throat[next[conns[2 * e]!]!++] = e;
    throat[next[conns[2 * e + 1]!]!++] = e;
  }
  return { rowStart, throat };
}

/** Sets the pressure of trapped pores to infinity. */
function trap(
  { poreCount, conns }: InvasionProblem,
  isOutlet: Uint8Array,
  sequence: Int32Array,
  porePressure: Float64Array,
): void {
  const { rowStart, throat } = listThroats(poreCount, conns);
  const forest = new Forest(poreCount);
  const leads = isOutlet.slice();
  const isDefended = new Uint8Array(poreCount).fill(1);
  for (const pore of sequence) isDefended[pore] = 0;
  const defend = (pore: number) => {
    isDefended[pore] = 1;
    for (let k = rowStart[pore]!; k < rowStart[pore + 1]!; k++) {
      const e = throat[k]!;
      const other = conns[2 * e]! === pore ? conns[2 * e + 1]! : conns[2 * e]!;
      if (!isDefended[other]) continue;
      const joined = leads[forest.rootOf(pore)]! | leads[forest.rootOf(other)]!;
      forest.join(pore, other);
      leads[forest.rootOf(pore)] = joined;
    }
  };
  for (let i = 0; i < poreCount; i++) if (isDefended[i]) defend(i);
  for (let k = sequence.length - 1; k >= 0; k--) {
    const pore = sequence[k]!;
    defend(pore);
    if (!leads[forest.rootOf(pore)]) porePressure[pore] = Infinity;
  }
}

/**
 * A throat beside an invaded pore is invaded at its own entry pressure, unless trapping holds it: because its other
 * pore is invaded before, or trapped.
 */
function enterThroats(
  { conns, throatEntry, isOutlet }: InvasionProblem,
  porePressure: Float64Array,
): Float64Array {
  return throatEntry.map((entry, e) => {
    const [a, b] = [conns[2 * e]!, conns[2 * e + 1]!];
    if (a < 0 || b < 0) return enterFromReservoir(entry, Math.min(a, b), porePressure[Math.max(a, b)] ?? 0);
    const first = Math.min(porePressure[a]!, porePressure[b]!);
    const last = Math.max(porePressure[a]!, porePressure[b]!);
    const own = Math.max(entry, first);
    return isOutlet !== undefined && (own > last || last === Infinity) ? Infinity : own;
  });
}

/** From the inlet a throat is entered as such, towards the outlet once its pore is invaded. */
function enterFromReservoir(entry: number, reservoir: number, porePressure: number): number {
  return reservoir === INLET_RESERVOIR ? entry : Math.max(entry, porePressure);
}

interface Entry {
  readonly pressure: number;
  readonly pore: number;
}

/** A binary heap of pores to enter, the lowest pressure on top; ties go to the lower pore. */
class EntryHeap {
  readonly #pressure: Float64Array;
  readonly #pore: Int32Array;
  #count = 0;

  constructor(capacity: number) {
    this.#pressure = new Float64Array(capacity);
    this.#pore = new Int32Array(capacity);
  }

  push(pressure: number, pore: number): void {
    let at = this.#count++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isLower(pressure, pore, this.#pressure[above]!, this.#pore[above]!)) break;
      this.#move(above, at);
      at = above;
    }
    this.#put(at, pressure, pore);
  }

  pop(): Entry | undefined {
    if (this.#count === 0) return undefined;
    const top = { pressure: this.#pressure[0]!, pore: this.#pore[0]! };
    const last = --this.#count;
    const [pressure, pore] = [this.#pressure[last]!, this.#pore[last]!];
    let at = 0;
    for (let below = 1; below < last; below = 2 * at + 1) {
      if (below + 1 < last && this.#isBelow(below + 1, below)) below++;
      if (!isLower(this.#pressure[below]!, this.#pore[below]!, pressure, pore)) break;
      this.#move(below, at);
      at = below;
    }
    this.#put(at, pressure, pore);
    return top;
  }

  #isBelow(one: number, other: number): boolean {
    return isLower(this.#pressure[one]!, this.#pore[one]!, this.#pressure[other]!, this.#pore[other]!);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#pressure[from]!, this.#pore[from]!);
  }

  #put(at: number, pressure: number, pore: number): void {
    this.#pressure[at] = pressure;
    this.#pore[at] = pore;
  }
}

function isLower(pressure: number, pore: number, otherPressure: number, otherPore: number): boolean {
  return pressure < otherPressure || (pressure === otherPressure && pore < otherPore);
}
