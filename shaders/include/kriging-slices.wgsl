// Slices of numbers of at most 1: multiples of 2^-8, multiples of 2^-16, and the rest. Sums of their products with
// slices of a factor are exact in f32, in whatever order a compiler adds them.
struct Slices {
  high: vec4f,
  middle: vec4f,
  low: vec4f,
}

// Of x + rest, where rest is below the last bit of x.
fn slice(x: vec4f, rest: vec4f) -> Slices {
  let high = round(x * 256.0) / 256.0;
  let left = x - high;
  let middle = round(left * 65536.0) / 65536.0;
  return Slices(high, middle, (left - middle) + rest);
}
