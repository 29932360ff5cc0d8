/** The little linear algebra that measures of several columns need; matrices are row-major and small. */

export interface Eigen {
  /** Falling. */
  readonly values: Float64Array;
  /** Row i is the unit vector of value i. */
  readonly vectors: readonly Float64Array[];
}

/** One Jacobi rotation that makes the element (p, q) of the symmetric matrix 0. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q] as number;
  if (apq === 0) return;
  const theta = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cos = 1 / Math.sqrt(t * t + 1);
  const sin = t * cos;
  for (let i = 0; i < n; i++) {
    const ip = a[i * n + p] as number;
    const iq = a[i * n + q] as number;
    a[i * n + p] = cos * ip - sin * iq;
    a[i * n + q] = sin * ip + cos * iq;
  }
  for (let i = 0; i < n; i++) {
    const pi = a[p * n + i] as number;
    const qi = a[q * n + i] as number;
    a[p * n + i] = cos * pi - sin * qi;
    a[q * n + i] = sin * pi + cos * qi;
    const vp = v[p * n + i] as number;
    const vq = v[q * n + i] as number;
    v[p * n + i] = cos * vp - sin * vq;
    v[q * n + i] = sin * vp + cos * vq;
  }
}

/**
 * Eigenvalues and vectors of a symmetric n by n matrix by cyclic Jacobi rotations: small, and accurate also for values
 * near 0. Time grows with n^3 times a handful of sweeps. Source: G. Golub and C. Van Loan, "Matrix Computations", 8.5.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let outside = 0;
    let diagonal = 0;
    for (let i = 0; i < n; i++) {
      diagonal += (a[i * n + i] as number) ** 2;
      for (let j = i + 1; j < n; j++) outside += (a[i * n + j] as number) ** 2;
    }
    if (!(outside > 1e-30 * diagonal)) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => (a[j * n + j] as number) - (a[i * n + i] as number),
  );
  return {
    values: Float64Array.from(order, (i) => a[i * n + i] as number),
    vectors: order.map((i) => v.slice(i * n, (i + 1) * n)),
  };
}

/**
 * Solves `A x = b` for a symmetric positive definite A by Cholesky's factors; `undefined` where A is not positive
 * definite. Neither argument is changed.
 */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const n = right.length;
  const l = matrix.slice();
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = l[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (l[i * n + k] as number) * (l[j * n + k] as number);
      if (i === j) {
        if (!(sum > 0)) return undefined;
        l[j * n + j] = Math.sqrt(sum);
      } else l[i * n + j] = sum / (l[j * n + j] as number);
    }
  }
  const x = right.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - (l[i * n + k] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (l[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = (x[i] as number) - (l[k * n + i] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (l[i * n + i] as number);
  }
  return x;
}
