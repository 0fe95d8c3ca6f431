/** Marsaglia's xorshift32 ("Xorshift RNGs", 2003) for test data: numbers in (0, 1). */
export function makeRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
}
