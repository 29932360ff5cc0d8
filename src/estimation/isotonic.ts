/** Isotonic regression: the rising step curve that lies nearest to the labels, as a map from score to probability. */

/** The fitted curve: straight lines between its knots, constant beyond the outer ones. Scores strictly rising. */
export interface IsotonicCurve {
  readonly scores: Float64Array;
  readonly probabilities: Float64Array;
}

/** Labels gathered by score: distinct scores, strictly rising, with the rows and the positives at each. */
export interface GatheredLabels {
  readonly scores: Float64Array;
  readonly rows: Float64Array;
  readonly positives: Float64Array;
}

/** Scores nearer to each other than this count as one (scikit-learn's rule: the resolution of a double). */
const RESOLUTION = 1e-15;

/** Gathers sorted scores; `labels` are 1 or 0; rows with `skip` set are left out. */
export function gatherLabels(sorted: Float64Array, labels: Uint8Array, skip?: Uint8Array): GatheredLabels {
  const scores = new Float64Array(sorted.length);
  const rows = new Float64Array(sorted.length);
  const positives = new Float64Array(sorted.length);
  let last = -1;
  for (let row = 0; row < sorted.length; row++) {
    if (skip?.[row] === 1) continue;
    const score = sorted[row] as number;
    if (last < 0 || score - (scores[last] as number) >= RESOLUTION) {
      last++;
      scores[last] = score;
    }
    rows[last] = (rows[last] as number) + 1;
    positives[last] = (positives[last] as number) + (labels[row] as number);
  }
  const cut = (values: Float64Array): Float64Array => values.subarray(0, last + 1);
  return { scores: cut(scores), rows: cut(rows), positives: cut(positives) };
}

interface Pool {
  mean: number;
  weight: number;
  /** Index of the last distinct score in it. */
  end: number;
}

/** Pools of equal level: neighbours that do not rise are joined, first with what follows, then with what came before. */
function poolAdjacent(values: Float64Array, weights: Float64Array): Pool[] {
  const pools: Pool[] = [];
  const n = values.length;
  for (let i = 0; i < n; i++) {
    const pool: Pool = { mean: values[i] as number, weight: weights[i] as number, end: i };
    const before = pools.at(-1);
    if (before && before.mean >= pool.mean) {
      pools.pop();
      let sum = before.weight * before.mean + pool.weight * pool.mean;
      const take = (mean: number, weight: number): void => {
        sum += weight * mean;
        pool.weight += weight;
        pool.mean = sum / pool.weight;
      };
      pool.weight += before.weight;
      pool.mean = sum / pool.weight;
      while (i < n - 1 && pool.mean >= (values[i + 1] as number)) {
        i++;
        take(values[i] as number, weights[i] as number);
      }
      for (let lower = pools.at(-1); lower && lower.mean >= pool.mean; lower = pools.at(-1)) {
        pools.pop();
        take(lower.mean, lower.weight);
      }
      pool.end = i;
    }
    pools.push(pool);
  }
  return pools;
}

/**
 * Least-squares isotonic regression of labels on scores, by pooling adjacent violators. The knots are the first and last
 * score of each level. At least one row. scikit-learn `IsotonicRegression(out_of_bounds="clip")`; the order of pooling is
 * that of F. Busing, "Monotone Regression: A Simple and Fast O(n) PAVA Implementation" (2022).
 */
export function fitIsotonic({ scores, rows, positives }: GatheredLabels): IsotonicCurve {
  const means = Float64Array.from(positives, (count, at) => count / (rows[at] as number));
  const knots: number[] = [];
  const levels: number[] = [];
  let start = 0;
  for (const { mean, end } of poolAdjacent(means, rows)) {
    knots.push(scores[start] as number);
    levels.push(mean);
    if (end > start) {
      knots.push(scores[end] as number);
      levels.push(mean);
    }
    start = end + 1;
  }
  return { scores: Float64Array.from(knots), probabilities: Float64Array.from(levels) };
}

/** The probability of a score: linear between knots, that of the nearest knot outside; `NaN` stays `NaN`. */
export function calibrate({ scores, probabilities }: IsotonicCurve, score: number): number {
  if (Number.isNaN(score)) return NaN;
  const last = scores.length - 1;
  if (score <= (scores[0] as number)) return probabilities[0] as number;
  if (score >= (scores[last] as number)) return probabilities[last] as number;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((scores[middle] as number) <= score) low = middle;
    else high = middle;
  }
  const [x, y] = [scores[low] as number, probabilities[low] as number];
  const slope = ((probabilities[high] as number) - y) / ((scores[high] as number) - x);
  return slope * (score - x) + y;
}
