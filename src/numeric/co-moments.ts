/** Means and joint spread of several quantities of the same rows: what the figures of linear combinations of them need. */

/** Merges as `Moments` does. `products` holds the sums of products of deviations, row by row of the upper triangle. */
export interface CoMoments {
  readonly count: number;
  readonly means: Float64Array;
  readonly products: Float64Array;
}

/** Place of a pair in the upper triangle of a table `size` wide; `a <= b`. */
const placeOf = (size: number, a: number, b: number): number => a * size - (a * (a - 1)) / 2 + (b - a);

function noCoMoments(size: number): CoMoments {
  return { count: 0, means: new Float64Array(size), products: new Float64Array((size * (size + 1)) / 2) };
}

/** Two passes over columns of one length; sums that overflow are not finite. */
export function coMomentsOf(columns: readonly Float64Array[]): CoMoments {
  const size = columns.length;
  const count = columns[0]?.length ?? 0;
  const result = noCoMoments(size);
  if (count === 0) return result;
  const { means, products } = result;
  columns.forEach((column, at) => {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += column[row] as number;
    const first = sum / count;
    let rest = 0;
    for (let row = 0; row < count; row++) rest += (column[row] as number) - first;
    means[at] = Number.isFinite(first) ? first + rest / count : first;
  });
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) {
      const [x, y] = [columns[a] as Float64Array, columns[b] as Float64Array];
      const [mx, my] = [means[a] as number, means[b] as number];
      let sum = 0;
      for (let row = 0; row < count; row++) sum += ((x[row] as number) - mx) * ((y[row] as number) - my);
      products[placeOf(size, a, b)] = sum;
    }
  }
  return { count, means, products };
}

function mergeTwo(a: CoMoments, b: CoMoments): CoMoments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const size = a.means.length;
  const count = a.count + b.count;
  const gaps = b.means.map((mean, at) => mean - (a.means[at] as number));
  const weight = (a.count * b.count) / count;
  const products = a.products.map((sum, at) => sum + (b.products[at] as number));
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      products[placeOf(size, i, j)]! += (gaps[i] as number) * (gaps[j] as number) * weight;
    }
  }
  const means = a.means.map((mean, at) => mean + (gaps[at] as number) * (b.count / count));
  return { count, means, products };
}

/** Of all parts together. */
export function mergeCoMoments(parts: readonly CoMoments[]): CoMoments {
  return parts.slice(1).reduce(mergeTwo, parts[0] as CoMoments);
}

/** Sum of the products of deviations of two of the quantities. */
export function productOf({ means, products }: CoMoments, a: number, b: number): number {
  return products[placeOf(means.length, Math.min(a, b), Math.max(a, b))] as number;
}

/** Sum of squared deviations of `sum weight · quantity`, not below 0. */
export function squaresOfCombination(moments: CoMoments, weights: readonly number[]): number {
  let sum = 0;
  weights.forEach((left, a) => {
    weights.forEach((right, b) => {
      if (left !== 0 && right !== 0) sum += left * right * productOf(moments, a, b);
    });
  });
  return Math.max(0, sum);
}
