/**
 * Expected figures of the order of scores from bins of rows, in which the number of rows, their sum of probabilities and the
 * extremes of those are known. Within a bin the rows have some order; the bound is how far the figure goes over all of them.
 */

import { reciprocalsBetween } from '../numeric/harmonic.js';

/** Rows of one bin. */
export interface ExpectedBin {
  readonly rows: number;
  /** Sum of the probabilities, and their extremes. */
  readonly sum: number;
  readonly low: number;
  readonly high: number;
}

/** A value, its bound, and how much it moves with the probability of a row, bin by bin. */
export interface BinnedExpectation {
  readonly value: number;
  readonly bound: number;
  readonly slopes: Float64Array;
}

/** The rows' figures round their running sums to five decimals: by at most so much. */
const ROUNDED = 0.5e-5;

/**
 * Twice the area between the way straight through a bin and the farthest one off it: rows of the highest probability
 * first, then those of the lowest.
 */
function bulge({ rows, sum, low, high }: ExpectedBin): number {
  if (!(high > low)) return 0;
  const highest = Math.min(rows, Math.max(0, (sum - rows * low) / (high - low)));
  return highest * (rows - highest) * (high - low);
}

/**
 * `expectedRocAuc` of bins in falling order of score. `rising`: whether the probability never falls with the score, so that the way
 * through a bin bends to one side only. Positives and negatives to be expected have to be above 0.
 */
export function binnedExpectedArea(bins: readonly ExpectedBin[], rising: boolean): BinnedExpectation | undefined {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const positives = bins.reduce((sum, bin) => sum + bin.sum, 0);
  const negatives = rows - positives;
  if (!(positives > 2 * ROUNDED && negatives > 2 * ROUNDED)) return undefined;
  let [up, right, area, unknown] = [0, 0, 0, 0];
  const middles = bins.map((bin) => {
    const negative = bin.rows - bin.sum;
    const off = bulge(bin);
    area += (up + bin.sum / 2) * negative + (rising ? off / 4 : 0);
    unknown += rising ? off / 4 : off / 2;
    const middle = [up + bin.sum / 2, right + negative / 2] as const;
    up += bin.sum;
    right += negative;
    return middle;
  });
  const pairs = positives * negatives;
  const value = area / pairs;
  // What rounding does to the area, and to both sides that it is divided by.
  const sides = ROUNDED * (rows + ROUNDED);
  const rounding = (ROUNDED * (negatives + 2 * positives) + 2 * rows * ROUNDED * ROUNDED + sides) / (pairs - sides);
  const slopes = Float64Array.from(
    middles,
    ([above, beside]) => (negatives - beside - above - value * (negatives - positives)) / pairs,
  );
  return pairs > sides ? { value, bound: unknown / pairs + rounding, slopes } : undefined;
}

/**
 * `expectedAveragePrecision` of bins in falling order of score, where the probability never falls with the score: the
 * precision so far only falls, and a bin adds least where all of its rows have the same probability.
 */
export function binnedExpectedPrecision(bins: readonly ExpectedBin[]): BinnedExpectation | undefined {
  const found = bins.reduce((sum, bin) => sum + bin.sum, 0);
  if (!(found > 2 * ROUNDED)) return undefined;
  let [taken, sum, least, unknown] = [0, 0, 0, 0];
  const parts = bins.map((bin) => {
    const mean = bin.sum / bin.rows;
    const reciprocals = reciprocalsBetween(taken, taken + bin.rows);
    least += mean * (bin.sum + (sum - taken * mean) * reciprocals);
    const first = (sum + mean) / (taken + 1);
    const last = (sum + bin.sum) / (taken + bin.rows);
    // How far the running sum can run ahead of that of equal probabilities.
    const ahead = bin.high > bin.low ? bulge(bin) / bin.rows : 0;
    unknown += ahead * (mean * reciprocals + Math.max(0, first - last) + ahead / (taken + 1));
    taken += bin.rows;
    sum += bin.sum;
    return { precision: (first + last) / 2, raising: mean * reciprocals };
  });
  const harmonic = reciprocalsBetween(0, taken);
  const value = (least + unknown / 2) / found;
  const rounding = (ROUNDED * (3 + harmonic) + 2 * ROUNDED * ROUNDED * harmonic) / (found - ROUNDED);
  const slopes = new Float64Array(bins.length);
  let raised = 0;
  for (let at = bins.length - 1; at >= 0; at--) {
    const { precision, raising } = parts[at] as (typeof parts)[number];
    slopes[at] = (precision + raised + raising / 2 - value) / found;
    raised += raising;
  }
  return { value, bound: unknown / 2 / found + rounding, slopes };
}
