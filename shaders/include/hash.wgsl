// A 32-bit hash (lowbias32, C. Wellons): a random number for each index, the same on every device.
fn hashIndex(index: u32) -> u32 {
  var x = index;
  x ^= x >> 16u;
  x *= 0x7feb352du;
  x ^= x >> 15u;
  x *= 0x846ca68bu;
  x ^= x >> 16u;
  return x;
}
