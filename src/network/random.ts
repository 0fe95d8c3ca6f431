/**
 * Random numbers without a generator's state: a 32-bit hash of seed, stream and counter, so that any language
 * and any number of workers draw the same number for the same item.
 *
 *   u(seed, stream, i) = (h(h(i + seed·0x9e3779b9) ^ (stream·0x85ebca6b)) + ½) / 2³²,   all mod 2³²
 *
 * h is lowbias32 of Chris Wellons' hash prospector (public domain). No value is 0 or 1.
 */

/** 32 bits into 32 bits, one to one, each input bit moving every output bit with a chance near one half. */
export function lowbias32(bits: number): number {
  let x = bits >>> 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}

/** The `index`-th uniform number of a stream, above 0 and below 1; exact in every language. */
export function uniform(seed: number, stream: number, index: number): number {
  const inner = lowbias32((index + Math.imul(seed, 0x9e3779b9)) | 0);
  return (lowbias32(inner ^ Math.imul(stream, 0x85ebca6b)) + 0.5) / 4294967296;
}

/** The `index`-th standard normal number by Box and Muller, from `stream` and `stream + 1`. */
export function normal(seed: number, stream: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(uniform(seed, stream, index)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, stream + 1, index));
}
