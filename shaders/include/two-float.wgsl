// Two-float arithmetic: a number is the unevaluated sum of two f32 (about 48 bits), four numbers at a time.
// T. J. Dekker, Numer. Math. 18 (1971) 224; D. E. Knuth, TAOCP 2, 4.2.2.
//
// Compilers may reassociate, and would then remove every correction term. Each intermediate therefore passes
// through `opaque`, an exclusive or with a zero that only the launch knows. fma() is not used: it is not fused
// on every driver.
struct TwoFloat4 {
  high: vec4f,
  low: vec4f,
}

fn opaque4(x: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(x) ^ vec4u(launch.zero));
}

// Exact: a + b = high + low.
fn twoSum(a: vec4f, b: vec4f) -> TwoFloat4 {
  let sum = opaque4(a + b);
  let bRounded = opaque4(sum - a);
  let aRounded = opaque4(sum - bRounded);
  return TwoFloat4(sum, opaque4(opaque4(a - aRounded) + opaque4(b - bRounded)));
}

// The same where |a| >= |b|.
fn quickTwoSum(a: vec4f, b: vec4f) -> TwoFloat4 {
  let sum = opaque4(a + b);
  return TwoFloat4(sum, opaque4(b - opaque4(sum - a)));
}

fn splitHalves(a: vec4f) -> TwoFloat4 {
  let scaled = opaque4(a * 4097.0);
  let high = opaque4(scaled - opaque4(scaled - a));
  return TwoFloat4(high, opaque4(a - high));
}

// Exact but for underflow: a * b = high + low.
fn twoProduct(a: vec4f, b: vec4f) -> TwoFloat4 {
  let product = opaque4(a * b);
  let x = splitHalves(a);
  let y = splitHalves(b);
  let rest = opaque4(opaque4(x.high * y.high) - product);
  let cross = opaque4(opaque4(rest + opaque4(x.high * y.low)) + opaque4(x.low * y.high));
  return TwoFloat4(product, opaque4(cross + opaque4(x.low * y.low)));
}

fn addTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  let sum = twoSum(a.high, b.high);
  let low = opaque4(sum.low + opaque4(a.low + b.low));
  return quickTwoSum(sum.high, low);
}

fn subtractTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  return addTwoFloat(a, TwoFloat4(-b.high, -b.low));
}

fn multiplyTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  let product = twoProduct(a.high, b.high);
  let cross = opaque4(opaque4(a.high * b.low) + opaque4(a.low * b.high));
  return quickTwoSum(product.high, opaque4(product.low + cross));
}
