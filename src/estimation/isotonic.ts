/** Isotonic regression: the rising step curve that lies nearest to the labels, as a map from score to probability. */

/**
 * The fitted curve: straight lines between its knots, constant beyond the outer ones. Scores strictly rising; two knots of
 * equal probability are the ends of one level. Plain data, so that it can be stored.
 */
export interface IsotonicCurve {
  readonly scores: readonly number[];
  readonly probabilities: readonly number[];
  /** For each knot the rows of its level, of which the probability is the share of positives. */
  readonly rows: readonly number[];
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
  const sizes: number[] = [];
  let start = 0;
  for (const { mean, weight, end } of poolAdjacent(means, rows)) {
    for (const at of end > start ? [start, end] : [start]) {
      knots.push(scores[at] as number);
      levels.push(mean);
      sizes.push(weight);
    }
    start = end + 1;
  }
  return { scores: knots, probabilities: levels, rows: sizes };
}

/** Where a score lies on the curve: its knot and how far on the way to the next one, in [0, 1). `NaN` is not asked for. */
function placeOn({ scores }: IsotonicCurve, score: number): { readonly knot: number; readonly on: number } {
  const last = scores.length - 1;
  if (score <= (scores[0] as number)) return { knot: 0, on: 0 };
  if (score >= (scores[last] as number)) return { knot: last, on: 0 };
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((scores[middle] as number) <= score) low = middle;
    else high = middle;
  }
  const from = scores[low] as number;
  return { knot: low, on: (score - from) / ((scores[high] as number) - from) };
}

/** The probability of a score: linear between knots, that of the nearest knot outside; `NaN` stays `NaN`. */
export function calibrate(curve: IsotonicCurve, score: number): number {
  if (Number.isNaN(score)) return NaN;
  const { knot, on } = placeOn(curve, score);
  const here = curve.probabilities[knot] as number;
  return on === 0 ? here : here + on * ((curve.probabilities[knot + 1] as number) - here);
}

/** Where scores lie on a curve, by the first knot of each level. */
interface Places {
  readonly curve: IsotonicCurve;
  readonly levels: Int32Array;
  readonly nextLevels: Int32Array;
  readonly ons: Float64Array;
}

/** Several metrics ask for the same scores. */
const PLACES = new WeakMap<Float64Array, Places>();

function placesOn(curve: IsotonicCurve, scores: Float64Array): Places {
  const known = PLACES.get(scores);
  if (known?.curve === curve) return known;
  const { probabilities } = curve;
  const levelOf = (knot: number): number =>
    knot > 0 && probabilities[knot] === probabilities[knot - 1] ? knot - 1 : knot;
  const places: Places = {
    curve,
    levels: new Int32Array(scores.length),
    nextLevels: new Int32Array(scores.length),
    ons: new Float64Array(scores.length),
  };
  for (let row = 0; row < scores.length; row++) {
    const { knot, on } = placeOn(curve, scores[row] as number);
    places.levels[row] = levelOf(knot);
    places.nextLevels[row] = levelOf(knot + 1);
    places.ons[row] = on;
  }
  PLACES.set(scores, places);
  return places;
}

/**
 * Isotonic regression learns at the rate of the cube root, at which squared bias and variance are of one size (H. D. Brunk,
 * "Estimation of isotonic regression", 1970); and its bias has a direction: estimates come out too good.
 */
const BIAS_AND_VARIANCE = 2;

/**
 * Mean squared error that a figure has from the curve: each level is the share of positives among finitely many rows.
 * `slopes` say how much the figure moves with the probability of each row; `scores` are those of the same rows. Levels count
 * as independent of each other, and a share of 0 or 1 is taken to be half a row away from it.
 */
export function curveError(curve: IsotonicCurve, scores: Float64Array, slopes: Float64Array): number {
  const pull = new Float64Array(curve.scores.length);
  const { levels, nextLevels, ons } = placesOn(curve, scores);
  for (let row = 0; row < slopes.length; row++) {
    const slope = slopes[row] as number;
    const on = ons[row] as number;
    const here = levels[row] as number;
    pull[here] = (pull[here] as number) + slope * (1 - on);
    if (on === 0) continue;
    const next = nextLevels[row] as number;
    pull[next] = (pull[next] as number) + slope * on;
  }
  let error = 0;
  for (let knot = 0; knot < pull.length; knot++) {
    const moved = pull[knot] as number;
    const rows = curve.rows[knot] as number;
    const share = ((curve.probabilities[knot] as number) * rows + 0.5) / (rows + 1);
    error += (BIAS_AND_VARIANCE * moved * moved * share * (1 - share)) / rows;
  }
  return error;
}
