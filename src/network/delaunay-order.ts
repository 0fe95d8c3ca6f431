/**
 * The order in which points enter a Delaunay triangulation: random rounds of doubling size, each along a
 * Hilbert curve (Amenta, Choi, Rote 2003, "Incremental constructions con BRIO"). Rounds keep the worst case
 * away, the curve keeps the next point near the last.
 */
import { boundsOf } from "./cell-grid.ts";
import { lowbias32 } from "./random.ts";

const BITS = 10;
const SMALLEST_ROUND = 64;
/** Any fixed number does: rounds need no randomness of the caller's. */
const ROUND_SALT = 0x51ed270b;

/** Indices of the n x 3 points in the order of their insertion. */
export function insertionOrder(coords: Float64Array): Int32Array {
  const count = coords.length / 3;
  const order = new Int32Array(count);
  const rounds = Math.max(0, Math.ceil(Math.log2(count / SMALLEST_ROUND)));
  const round = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    // A point is in the last round with chance 1/2, in the one before with 1/4, …
    round[i] = Math.max(0, rounds - Math.clz32(lowbias32(i ^ ROUND_SALT)));
  }
  const keys = hilbertKeys(coords);
  let placed = 0;
  for (let r = 0; r <= rounds; r++) {
    let members = 0;
    for (let i = 0; i < count; i++) if (round[i] === r) members++;
    const sortable = new Float64Array(members);
    for (let i = 0, k = 0; i < count; i++) if (round[i] === r) sortable[k++] = keys[i]! * count + i;
    sortable.sort();
    for (let k = 0; k < members; k++) order[placed++] = sortable[k]! % count;
  }
  return order;
}

/** Place of each point along a Hilbert curve through 2^BITS cells an axis. */
function hilbertKeys(coords: Float64Array): Uint32Array {
  const { origin, size } = boundsOf(coords);
  const cells = 2 ** BITS;
  const scale = cells / (Math.max(...size) || 1);
  const keys = new Uint32Array(coords.length / 3);
  const cell = new Uint32Array(3);
  for (let i = 0; i < keys.length; i++) {
    for (let k = 0; k < 3; k++) {
      cell[k] = Math.min(cells - 1, Math.floor((coords[3 * i + k]! - origin[k]!) * scale));
    }
    keys[i] = hilbertKey(cell);
  }
  return keys;
}

/** Skilling 2004 (AIP Conf. Proc. 707:381): axes to the transposed Hilbert index, then its bits interleaved. */
function hilbertKey(x: Uint32Array): number {
  for (let q = 1 << (BITS - 1); q > 1; q >>= 1) {
    const low = q - 1;
    for (let k = 0; k < 3; k++) {
      if (x[k]! & q) {
        x[0]! ^= low;
      } else {
        const swap = (x[0]! ^ x[k]!) & low;
        x[0]! ^= swap;
        x[k]! ^= swap;
      }
    }
  }
  x[1]! ^= x[0]!;
  x[2]! ^= x[1]!;
  let flip = 0;
  for (let q = 1 << (BITS - 1); q > 1; q >>= 1) if (x[2]! & q) flip ^= q - 1;
  let key = 0;
  for (let bit = BITS - 1; bit >= 0; bit--) {
    for (let k = 0; k < 3; k++) key = (key << 1) | (((x[k]! ^ flip) >> bit) & 1);
  }
  return key >>> 0;
}
