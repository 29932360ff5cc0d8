/**
 * Logistic regression with an L2 penalty, fitted by Newton's method. Small and plain on purpose: it stands in for a
 * team's own training code. The same rows give the same weights, to the last bit, on every machine with the same
 * `Math.exp`; nothing is drawn at random.
 */

/** A dense design matrix in row order: row `i` is `values[i * columns .. (i + 1) * columns)`. */
export interface DesignMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

export interface LogisticWeights {
  readonly intercept: number;
  readonly weights: readonly number[];
}

/** 1 / (1 + e^−z), without overflow at either end. */
function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/** Probability of the positive class for every row. */
export function probabilities(design: DesignMatrix, intercept: number, weights: readonly number[]): Float64Array {
  const theta = Float64Array.of(intercept, ...weights);
  return Float64Array.from({ length: design.rows }, (_, row) => sigmoid(linear(design, theta, row)));
}

/**
 * Minimises Σ log loss + (l2 / 2) · ‖weights‖²; the intercept is not penalised. This is scikit-learn's
 * `LogisticRegression(C = 1 / l2)`. With l2 > 0 and both classes present the minimum exists and is unique.
 */
export function fitLogistic(design: DesignMatrix, labels: Uint8Array, l2: number): LogisticWeights {
  const size = design.columns + 1;
  let theta = new Float64Array(size);
  theta[0] = startingIntercept(labels);
  let loss = penalisedLoss(design, labels, theta, l2);
  for (let iteration = 0; iteration < 100; iteration += 1) {
    const { gradient, hessian } = derivatives(design, labels, theta, l2);
    const step = solvePositiveDefinite(hessian, gradient, size);
    // Halving the step keeps Newton from overshooting where the classes are nearly separable.
    let scale = 1;
    let next = moved(theta, step, scale);
    let nextLoss = penalisedLoss(design, labels, next, l2);
    while (nextLoss > loss && scale > 1e-8) {
      scale /= 2;
      next = moved(theta, step, scale);
      nextLoss = penalisedLoss(design, labels, next, l2);
    }
    if (nextLoss > loss) break;
    const largest = step.reduce((most, value) => Math.max(most, Math.abs(value) * scale), 0);
    theta = next;
    loss = nextLoss;
    if (largest < 1e-9) break;
  }
  return { intercept: theta[0] ?? 0, weights: Array.from(theta.subarray(1)) };
}

/** Log-odds of the share of positives, the exact answer without features. */
function startingIntercept(labels: Uint8Array): number {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === labels.length) throw new RangeError('Both classes are needed to fit.');
  return Math.log(positives / (labels.length - positives));
}

function moved(theta: Float64Array, step: Float64Array, scale: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(theta, (value, i) => value - scale * (step[i] ?? 0));
}

function linear(design: DesignMatrix, theta: Float64Array, row: number): number {
  const start = row * design.columns;
  let z = theta[0] ?? 0;
  for (let j = 0; j < design.columns; j += 1) z += (design.values[start + j] ?? 0) * (theta[j + 1] ?? 0);
  return z;
}

function penalisedLoss(design: DesignMatrix, labels: Uint8Array, theta: Float64Array, l2: number): number {
  let loss = 0;
  for (let i = 0; i < design.rows; i += 1) {
    const z = linear(design, theta, i);
    // log(1 + e^z) − y·z, written so that e^z cannot overflow.
    loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (labels[i] === 1 ? z : 0);
  }
  for (let j = 1; j < theta.length; j += 1) loss += (l2 / 2) * (theta[j] ?? 0) ** 2;
  return loss;
}

function derivatives(
  design: DesignMatrix,
  labels: Uint8Array,
  theta: Float64Array,
  l2: number,
): { gradient: Float64Array; hessian: Float64Array } {
  const size = theta.length;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const row = new Float64Array(size);
  const filled = new Int32Array(size);
  for (let i = 0; i < design.rows; i += 1) {
    const p = sigmoid(linear(design, theta, i));
    const residual = p - (labels[i] ?? 0);
    const curvature = p * (1 - p);
    const count = gatherNonZero(design, i, row, filled);
    for (let a = 0; a < count; a += 1) {
      const j = filled[a] ?? 0;
      const value = row[j] ?? 0;
      gradient[j] = (gradient[j] ?? 0) + residual * value;
      const weighted = curvature * value;
      for (let b = 0; b <= a; b += 1) {
        const k = filled[b] ?? 0;
        hessian[j * size + k] = (hessian[j * size + k] ?? 0) + weighted * (row[k] ?? 0);
      }
    }
  }
  for (let j = 1; j < size; j += 1) {
    gradient[j] = (gradient[j] ?? 0) + l2 * (theta[j] ?? 0);
    hessian[j * size + j] = (hessian[j * size + j] ?? 0) + l2;
  }
  return { gradient, hessian };
}

/** One-hot columns are mostly zero, and products with zero are what a naive Hessian spends its time on. */
function gatherNonZero(design: DesignMatrix, i: number, row: Float64Array, filled: Int32Array): number {
  row[0] = 1;
  filled[0] = 0;
  let count = 1;
  const start = i * design.columns;
  for (let j = 0; j < design.columns; j += 1) {
    const value = design.values[start + j] ?? 0;
    row[j + 1] = value;
    if (value !== 0) {
      filled[count] = j + 1;
      count += 1;
    }
  }
  return count;
}

/** Solves A·x = b by Cholesky's decomposition; only the lower triangle of A is read, and it is overwritten. */
function solvePositiveDefinite(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const at = (i: number, j: number): number => a[i * size + j] ?? 0;
  for (let j = 0; j < size; j += 1) {
    for (let i = j; i < size; i += 1) {
      let sum = at(i, j);
      for (let k = 0; k < j; k += 1) sum -= at(i, k) * at(j, k);
      // A column that is constant within the rows has next to no curvature of its own; the floor keeps the root real.
      a[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / at(j, j);
    }
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i += 1) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k += 1) sum -= at(i, k) * (x[k] ?? 0);
    x[i] = sum / at(i, i);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < size; k += 1) sum -= at(k, i) * (x[k] ?? 0);
    x[i] = sum / at(i, i);
  }
  return x;
}
