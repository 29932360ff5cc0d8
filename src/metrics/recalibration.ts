/** Calibration slope and intercept: how the scores would have to be stretched and moved to fit the labels. */

import { absent, type AbsentEstimate, type Estimate, type Interval, measured } from '../model/estimate.js';
import { DEFAULT_CONFIDENCE, normalInterval } from '../numeric/intervals.js';
import { momentsOf, standardDeviation } from '../numeric/moments.js';
import { unfitForProbability } from './probability.js';

export interface Recalibration {
  readonly slope: Estimate;
  readonly intercept: Estimate;
}

const MAXIMUM_STEPS = 100;
/** Squared distance to the maximum, in standard errors, below which a step is the last. */
const CONVERGED = 1e-16;
/** The same where Newton's steps need no watching any more. */
const NEAR = 0.01;

interface Rows {
  readonly labels: Int8Array;
  readonly logits: Float64Array;
  readonly positives: number;
}

/** Rows whose score has a logit: strictly between 0 and 1. */
function rowsWithLogit(labels: Int8Array, scores: Float64Array): Rows {
  const kept = new Int8Array(labels.length);
  const logits = new Float64Array(labels.length);
  let n = 0;
  let positives = 0;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number;
    if (!(score > 0 && score < 1)) continue;
    kept[n] = labels[row] as number;
    logits[n] = Math.log(score) - Math.log1p(-score);
    positives += labels[row] as number;
    n++;
  }
  return { labels: kept.subarray(0, n), logits: logits.subarray(0, n), positives };
}

/**
 * Why the likelihood has no single highest point. In one dimension it has one exactly if either class holds a score
 * strictly between the other's extremes on both sides (Albert and Anderson, Biometrika 71 (1984)).
 */
function unfittable({ labels, logits, positives }: Rows): string | undefined {
  if (labels.length === 0) return 'no score lies strictly between 0 and 1';
  if (positives === 0) return 'no positive label';
  if (positives === labels.length) return 'no negative label';
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let row = 0; row < logits.length; row++) {
    const label = labels[row] as number;
    const x = logits[row] as number;
    if (x < (low[label] as number)) low[label] = x;
    if (x > (high[label] as number)) high[label] = x;
  }
  const [lowNegative = 0, lowPositive = 0] = low;
  const [highNegative = 0, highPositive = 0] = high;
  if (Math.min(...low) === Math.max(...high)) return 'all scores are the same';
  if (highNegative > lowPositive && highPositive > lowNegative) return undefined;
  return 'the scores separate the classes, so that no finite slope fits best';
}

/** Gradient of the log-likelihood and information of intercept and slope. */
interface Slopes {
  readonly ofIntercept: number;
  readonly ofSlope: number;
  readonly aa: number;
  readonly ab: number;
  readonly bb: number;
}

function slopesAt(labels: Int8Array, x: Float64Array, intercept: number, slope: number): Slopes {
  let ofIntercept = 0;
  let ofSlope = 0;
  let aa = 0;
  let ab = 0;
  let bb = 0;
  for (let row = 0; row < x.length; row++) {
    const at = x[row] as number;
    const p = 1 / (1 + Math.exp(-(intercept + slope * at)));
    const residual = (labels[row] as number) - p;
    const weight = p * (1 - p);
    ofIntercept += residual;
    ofSlope += residual * at;
    aa += weight;
    ab += weight * at;
    bb += weight * at * at;
  }
  return { ofIntercept, ofSlope, aa, ab, bb };
}

interface Fit extends Slopes {
  readonly intercept: number;
  readonly slope: number;
}

/**
 * Newton's method for the two parameters. Far from the maximum, a step that lands where the likelihood falls again is
 * halved until it still rises there: along a line the likelihood is concave, so that every step climbs.
 */
function newton(labels: Int8Array, x: Float64Array, from: { intercept: number; slope: number }): Fit | undefined {
  let { intercept, slope } = from;
  let here = slopesAt(labels, x, intercept, slope);
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    const determinant = here.aa * here.bb - here.ab * here.ab;
    if (!(determinant > 0)) return undefined;
    let up = (here.bb * here.ofIntercept - here.ab * here.ofSlope) / determinant;
    let along = (here.aa * here.ofSlope - here.ab * here.ofIntercept) / determinant;
    const rise = up * here.ofIntercept + along * here.ofSlope;
    let there = slopesAt(labels, x, intercept + up, slope + along);
    while (rise > NEAR && up * there.ofIntercept + along * there.ofSlope < 0) {
      up /= 2;
      along /= 2;
      there = slopesAt(labels, x, intercept + up, slope + along);
    }
    intercept += up;
    slope += along;
    here = there;
    if (rise < CONVERGED) return { ...here, intercept, slope };
  }
  return undefined;
}

/**
 * Logistic recalibration of binary scores: the maximum-likelihood fit of `logit P(label = 1) = intercept + slope · logit(score)`.
 *
 * - Slope: any real number, 1 is best. Below 1 the scores are too extreme (as after overfitting), above 1 too timid, below
 *   0 they point the wrong way.
 * - Intercept: any real number, in log odds, 0 is best given a slope of 1: above 0 the scores are too low. With another
 *   slope it is the log odds at a score of one half; calibration in the large is `calibration_gap`.
 *
 * `labels` 1 or 0 and `scores` of the same length; n = labels of the rarer class among the rows that are fitted. Rows whose
 * score is exactly 0 or 1 have no logit and are left out, as in `rms::val.prob`. No value: scores outside [0, 1] or declared
 * not to be probabilities; one class only; all scores the same; scores that separate the classes. Wald intervals from the
 * inverse information. Equal to an unpenalised logistic regression on the logits (statsmodels `Logit`, scikit-learn
 * `LogisticRegression(C=inf)`).
 *
 * Source: D. R. Cox, "Two further applications of a model for binary regression", Biometrika 45 (1958).
 */
export function logisticRecalibration(
  labels: Int8Array,
  scores: Float64Array,
  probabilities: boolean,
  confidence = DEFAULT_CONFIDENCE,
): Recalibration {
  const both = (estimate: AbsentEstimate): Recalibration => ({ slope: estimate, intercept: estimate });
  const reason = unfitForProbability(scores, probabilities);
  if (reason !== undefined) return both(absent(0, reason));
  const rows = rowsWithLogit(labels, scores);
  const n = Math.min(rows.positives, rows.labels.length - rows.positives);
  const unfit = unfittable(rows);
  if (unfit !== undefined) return both(absent(n, unfit));
  // On a standard scale the information is well conditioned, whatever the scores' level and spread.
  const moments = momentsOf(rows.logits);
  const sd = standardDeviation(moments, 0);
  const standard = rows.logits.map((x) => (x - moments.mean) / sd);
  // From slope 1, which is near for probabilities; scores of 1e-100 are so far off that only a level start has any information.
  const fit =
    newton(rows.labels, standard, { intercept: moments.mean, slope: sd }) ??
    newton(rows.labels, standard, { intercept: 0, slope: 0 });
  if (fit === undefined) return both(absent(n, 'the fit of the labels to the scores did not settle'));
  const determinant = fit.aa * fit.bb - fit.ab * fit.ab;
  const [ofIntercept, together, ofSlope] = [fit.bb / determinant, -fit.ab / determinant, fit.aa / determinant];
  const shift = moments.mean / sd;
  const slope = fit.slope / sd;
  const intercept = fit.intercept - fit.slope * shift;
  const wald = (value: number, squaredError: number): Interval =>
    normalInterval(value, Math.sqrt(Math.max(0, squaredError)), confidence);
  return {
    slope: measured(slope, n, wald(slope, ofSlope / (sd * sd))),
    intercept: measured(intercept, n, wald(intercept, ofIntercept - 2 * shift * together + shift * shift * ofSlope)),
  };
}
