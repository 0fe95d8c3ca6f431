/**
 * The inverse of a small grounded Laplacian, in float64. Eliminating a row turns its star of weights into a mesh,
 *   w_ij += w_ki w_kj / d_k,   g_i += w_ki g_k / d_k,   d_k = sum of w_kj + g_k over what is left,
 * without any subtraction, so that the factors are accurate at any contrast (W. K. Grassmann, M. I. Taksar and D. P.
 * Heyman, Oper. Res. 33 (1985) 1107).
 */

/**
 * @param weight n x n, symmetric, its diagonal unused; overwritten
 * @param ground n; overwritten
 * @returns n x n; rows that hang on nothing are zero, and what is not finite stays among the rows that it is joined to
 */
export function invertLaplacian(weight: Float64Array, ground: Float64Array): Float64Array {
  const n = ground.length;
  const diagonal = eliminate(weight, ground);
  const inverse = new Float64Array(n * n);
  const x = new Float64Array(n);
  for (let column = 0; column < n; column++) {
    x.fill(0);
    x[column] = 1;
    for (let k = column; k < n; k++) {
      if (x[k] === 0 || diagonal[k] === 0) continue;
      const share = x[k]! / diagonal[k]!;
      for (let i = k + 1; i < n; i++) if (weight[k * n + i] !== 0) x[i]! += weight[k * n + i]! * share;
    }
    for (let k = n - 1; k >= 0; k--) {
      let sum = x[k]!;
      for (let i = k + 1; i < n; i++) if (weight[k * n + i] !== 0) sum += weight[k * n + i]! * x[i]!;
      x[k] = diagonal[k] === 0 ? 0 : sum / diagonal[k]!;
    }
    inverse.set(x, column * n);
  }
  return inverse;
}

/** Leaves in row k of `weight`, right of the diagonal, what row k had when its turn came; returns the pivots. */
function eliminate(weight: Float64Array, ground: Float64Array): Float64Array {
  const n = ground.length;
  const diagonal = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let sum = ground[k]!;
    for (let j = k + 1; j < n; j++) sum += weight[k * n + j]!;
    diagonal[k] = sum;
    if (sum === 0) continue;
    for (let i = k + 1; i < n; i++) {
      if (weight[k * n + i] === 0) continue;
      const share = weight[k * n + i]! / sum;
      ground[i]! += share * ground[k]!;
      for (let j = k + 1; j < n; j++) {
        if (j !== i && weight[k * n + j] !== 0) weight[i * n + j]! += share * weight[k * n + j]!;
      }
    }
  }
  return diagonal;
}
