/**
 * Logistic recalibration from binned scores. Rows of a bin and label stand at the mean of their logits, so that what is left
 * of the fit's equations is of second order in the width of the bins; from it follows how far the fit can lie from that of
 * the rows.
 */

import { absent, type AbsentEstimate, withBound } from '../model/estimate.js';
import { NEEDS_ROWS } from '../profile/hourly/needs-rows.js';
import type { UnpackedScores } from '../profile/hourly/outcomes/score-bins.js';
import {
  fitLogits,
  type LogitExtremes,
  reasonAgainstFit,
  type Recalibration,
  recalibrationOf,
  type StandardFit,
  UNSETTLED,
} from './recalibration.js';

/** Rows of one bin and label. Extremes and mean are those of the logit. */
interface Point {
  readonly label: 0 | 1;
  readonly rows: number;
  readonly low: number;
  readonly mean: number;
  readonly high: number;
}

const logit = (score: number): number => Math.log(score) - Math.log1p(-score);

/** Points of the scores strictly between 0 and 1; a bin never holds such scores and others together. */
function pointsOf({ positives, negatives }: UnpackedScores): Point[] {
  return ([negatives, positives] as const).flatMap(({ counts, low, high, sums }, label): Point[] =>
    [...counts].flatMap((rows, at): Point[] => {
      const [from, to] = [low[at] as number, high[at] as number];
      if (!(from > 0 && to < 1)) return [];
      const [least, most] = [logit(from), logit(to)];
      const mean = Math.min(most, Math.max(least, (sums[at] as number) / rows));
      return [{ label: label as 0 | 1, rows, low: least, mean, high: most }];
    }),
  );
}

function extremesOf(points: readonly Point[]): LogitExtremes {
  const of = (label: 0 | 1) => points.filter((point) => point.label === label);
  const low = (label: 0 | 1): number => of(label).reduce((least, point) => Math.min(least, point.low), Infinity);
  const high = (label: 0 | 1): number => of(label).reduce((most, point) => Math.max(most, point.high), -Infinity);
  const rows = (some: readonly Point[]): number => some.reduce((sum, point) => sum + point.rows, 0);
  return { rows: rows(points), positives: rows(of(1)), low: [low(0), low(1)], high: [high(0), high(1)] };
}

/** What gradient and information of the rows may differ by from those of the points. */
interface Remainders {
  gradient: [number, number];
  information: [number, number, number];
}

/** Largest `|p''(u)|` of the logistic function, and of its derivative. */
const MOST_BEND = 1 / (6 * Math.sqrt(3));
const MOST_BEND_OF_SLOPE = 1 / 8;

/**
 * Sums over rows of a smooth function f of the logit, whose mean is known: they differ from f at the mean by at most half
 * the variance times the largest |f''| between the extremes, and the variance is at most (high - mean)(mean - low) (Bhatia
 * and Davis 2000). f are the terms of gradient and information, `(y - p(u))`, `z (y - p(u))`, `p'(u)`, `z p'(u)`, `z² p'(u)`, with u = intercept
 * + slope z.
 */
function remaindersOf(points: readonly Point[], { intercept, slope, centre, sd }: StandardFit): Remainders {
  const sums: Remainders = { gradient: [0, 0], information: [0, 0, 0] };
  const b = Math.abs(slope);
  for (const { rows, low, mean, high } of points) {
    const half = (rows * (high - mean) * (mean - low)) / (2 * sd * sd);
    if (half === 0) continue;
    const [from, to] = [(low - centre) / sd, (high - centre) / sd];
    const farthest = Math.max(Math.abs(from), Math.abs(to));
    const [u, v] = [intercept + slope * from, intercept + slope * to];
    const nearest = u * v <= 0 ? 0 : Math.min(Math.abs(u), Math.abs(v));
    const p = 1 / (1 + Math.exp(nearest));
    // The slope of p falls with the distance from 0, and neither bend is ever larger than the slope.
    const steepest = p * (1 - p);
    const bend = Math.min(MOST_BEND, steepest);
    const further = Math.min(MOST_BEND_OF_SLOPE, steepest);
    sums.gradient[0] += half * b * b * bend;
    sums.gradient[1] += half * (2 * b * steepest + farthest * b * b * bend);
    sums.information[0] += half * b * b * further;
    sums.information[1] += half * (2 * b * bend + farthest * b * b * further);
    sums.information[2] += half * (2 * steepest + 4 * farthest * b * bend + farthest ** 2 * b * b * further);
  }
  return sums;
}

/** Bounds of slope and intercept, or `undefined` where the bins are too coarse to say. */
interface Bounds {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * How far the maximum of the rows' likelihood lies from the fit. Along the line to it, with v the way in the norm of the
 * rows' information at the fit, third derivatives of a logistic likelihood are at most R times the second, R the largest norm of a row; so
 * the gradient there is met again after at most `-ln(1 - nu R) / R`, nu the dual norm of what is left of the gradient
 * (F. Bach, "Self-concordant analysis for logistic regression", Electronic Journal of Statistics 4 (2010), lemma 1).
 */
function boundsOf(points: readonly Point[], fit: StandardFit): Bounds | undefined {
  const { gradient, information } = remaindersOf(points, fit);
  const { aa, ab, bb, centre, sd } = fit;
  const determinant = aa * bb - ab * ab;
  const smallest = (aa + bb) / 2 - Math.hypot((aa - bb) / 2, ab);
  const off = Math.hypot(information[0], Math.SQRT2 * information[1], information[2]);
  const kept = 1 - off / smallest;
  if (!(kept > 0.25) || !(determinant > 0)) return undefined;
  /** Squared norm of a vector by the inverse of the information that the rows have at least. */
  const squared = (x: number, y: number, cross: number): number =>
    (bb * x * x + 2 * cross * x * y + aa * y * y) / determinant / kept;
  const left = [gradient[0] + Math.abs(fit.ofIntercept), gradient[1] + Math.abs(fit.ofSlope)] as const;
  const nu = Math.sqrt(squared(left[0], left[1], Math.abs(ab)));
  const ends = [Math.min(...points.map(({ low }) => low)), Math.max(...points.map(({ high }) => high))];
  const reach = Math.sqrt(Math.max(...ends.map((end) => squared(1, (end - centre) / sd, -ab))));
  if (!(nu * reach < 0.9)) return undefined;
  const way = nu * reach < 1e-8 ? nu * (1 + nu * reach) : -Math.log1p(-nu * reach) / reach;
  return {
    slope: (way * Math.sqrt(squared(0, 1, -ab))) / sd,
    intercept: way * Math.sqrt(squared(1, -centre / sd, -ab)),
  };
}

/** `logisticRecalibration` of binned scores; `unfit` says why scores are no probabilities. */
export function binnedRecalibration(
  bins: UnpackedScores,
  unfit: string | undefined,
  confidence: number,
): Recalibration {
  const both = (estimate: AbsentEstimate): Recalibration => ({ slope: estimate, intercept: estimate });
  if (unfit !== undefined) return both(absent(0, unfit));
  const points = pointsOf(bins);
  const extremes = extremesOf(points);
  const n = Math.min(extremes.positives, extremes.rows - extremes.positives);
  const reason = reasonAgainstFit(extremes);
  if (reason !== undefined) return both(absent(n, reason));
  const fit = fitLogits({
    labels: Int8Array.from(points, ({ label }) => label),
    logits: Float64Array.from(points, ({ mean }) => mean),
    weights: Float64Array.from(points, ({ rows }) => rows),
  });
  const known = points.every(({ low, high }) => low === high);
  // Points may be separable where the rows of a bin are not.
  if (fit === undefined) return both(absent(n, known ? UNSETTLED : NEEDS_ROWS));
  const bounds = known ? { slope: 0, intercept: 0 } : boundsOf(points, fit);
  if (bounds === undefined) return both(absent(n, NEEDS_ROWS));
  const { slope, intercept } = recalibrationOf(fit, n, confidence);
  return { slope: withBound(slope, bounds.slope), intercept: withBound(intercept, bounds.intercept) };
}
