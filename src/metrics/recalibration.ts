/** Calibration slope and intercept: how the scores would have to be stretched and moved to fit the labels. */

import { absent, type AbsentEstimate, type Estimate, type Interval, measured } from '../model/estimate.js';
import { DEFAULT_CONFIDENCE, normalInterval } from '../numeric/intervals.js';
import { compensatedSum, momentsOf, standardDeviation } from '../numeric/moments.js';
import { withScratch } from '../numeric/scratch.js';
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

/** Labels (1 or 0) at logits; each counts as often as its weight says, or once. */
export interface LogitPoints {
  readonly labels: Int8Array;
  readonly logits: Float64Array;
  readonly weights?: Float64Array;
}

/** How many scores have a logit, and between which extremes each class has them: negatives first. */
export interface LogitExtremes {
  readonly rows: number;
  readonly positives: number;
  readonly low: readonly [negatives: number, positives: number];
  readonly high: readonly [negatives: number, positives: number];
}

/** Rows whose score has a logit, strictly between 0 and 1; their logits lie in the memory given. */
function rowsWithLogit(labels: Int8Array, scores: Float64Array, logits: Float64Array): LogitPoints {
  const kept = new Int8Array(labels.length);
  let n = 0;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number;
    if (!(score > 0 && score < 1)) continue;
    kept[n] = labels[row] as number;
    logits[n] = Math.log(score) - Math.log1p(-score);
    n++;
  }
  return { labels: kept.subarray(0, n), logits: logits.subarray(0, n) };
}

function extremesOf({ labels, logits }: LogitPoints): LogitExtremes {
  const low: [number, number] = [Infinity, Infinity];
  const high: [number, number] = [-Infinity, -Infinity];
  let positives = 0;
  for (let row = 0; row < logits.length; row++) {
    const label = labels[row] as 0 | 1;
    const x = logits[row] as number;
    positives += label;
    if (x < low[label]) low[label] = x;
    if (x > high[label]) high[label] = x;
  }
  return { rows: logits.length, positives, low, high };
}

/**
 * Why the likelihood has no single highest point. In one dimension it has one exactly if either class holds a score
 * strictly between the other's extremes on both sides (Albert and Anderson, Biometrika 71 (1984)).
 */
export function reasonAgainstFit({ rows, positives, low, high }: LogitExtremes): string | undefined {
  if (rows === 0) return 'no score lies strictly between 0 and 1';
  if (positives === 0) return 'no positive label';
  if (positives === rows) return 'no negative label';
  if (Math.min(...low) === Math.max(...high)) return 'all scores are the same';
  if (high[0] > low[1] && high[1] > low[0]) return undefined;
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

function slopesAt({ labels, logits: x, weights }: LogitPoints, intercept: number, slope: number): Slopes {
  let ofIntercept = 0;
  let ofSlope = 0;
  let aa = 0;
  let ab = 0;
  let bb = 0;
  for (let row = 0; row < x.length; row++) {
    const at = x[row] as number;
    const p = 1 / (1 + Math.exp(-(intercept + slope * at)));
    const times = weights === undefined ? 1 : (weights[row] as number);
    const residual = times * ((labels[row] as number) - p);
    const weight = times * p * (1 - p);
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
function newton(points: LogitPoints, from: { intercept: number; slope: number }): Fit | undefined {
  let { intercept, slope } = from;
  let here = slopesAt(points, intercept, slope);
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    const determinant = here.aa * here.bb - here.ab * here.ab;
    if (!(determinant > 0)) return undefined;
    let up = (here.bb * here.ofIntercept - here.ab * here.ofSlope) / determinant;
    let along = (here.aa * here.ofSlope - here.ab * here.ofIntercept) / determinant;
    const rise = up * here.ofIntercept + along * here.ofSlope;
    let there = slopesAt(points, intercept + up, slope + along);
    while (rise > NEAR && up * there.ofIntercept + along * there.ofSlope < 0) {
      up /= 2;
      along /= 2;
      there = slopesAt(points, intercept + up, slope + along);
    }
    intercept += up;
    slope += along;
    here = there;
    if (rise < CONVERGED) return { ...here, intercept, slope };
  }
  return undefined;
}

/** The fit on a standard scale: at `(logit - centre) / sd`. */
export interface StandardFit extends Slopes {
  readonly intercept: number;
  readonly slope: number;
  readonly centre: number;
  readonly sd: number;
}

function spreadOf({ logits, weights }: LogitPoints): { readonly centre: number; readonly sd: number } {
  if (weights === undefined) {
    const moments = momentsOf(logits);
    return { centre: moments.mean, sd: standardDeviation(moments, 0) };
  }
  const rows = compensatedSum(weights);
  const centre = compensatedSum(logits.map((x, at) => x * (weights[at] as number))) / rows;
  const squares = compensatedSum(logits.map((x, at) => (x - centre) ** 2 * (weights[at] as number)));
  return { centre, sd: Math.sqrt(squares / rows) };
}

/** The maximum-likelihood fit; `undefined` where it does not settle. */
export function fitLogits(points: LogitPoints): StandardFit | undefined {
  // On a standard scale the information is well conditioned, whatever the scores' level and spread.
  const { centre, sd } = spreadOf(points);
  const standard = { ...points, logits: points.logits.map((x) => (x - centre) / sd) };
  // From slope 1, which is near for probabilities; scores of 1e-100 are so far off that only a level start has any information.
  const fit = newton(standard, { intercept: centre, slope: sd }) ?? newton(standard, { intercept: 0, slope: 0 });
  return fit && { ...fit, centre, sd };
}

export const UNSETTLED = 'the fit of the labels to the scores did not settle';

/** Slope and intercept on the scale of the logits, with Wald intervals. */
export function recalibrationOf(fit: StandardFit, n: number, confidence: number): Recalibration {
  const { centre, sd } = fit;
  const determinant = fit.aa * fit.bb - fit.ab * fit.ab;
  const [ofIntercept, together, ofSlope] = [fit.bb / determinant, -fit.ab / determinant, fit.aa / determinant];
  const shift = centre / sd;
  const slope = fit.slope / sd;
  const intercept = fit.intercept - fit.slope * shift;
  const wald = (value: number, squaredError: number): Interval =>
    normalInterval(value, Math.sqrt(Math.max(0, squaredError)), confidence);
  return {
    slope: measured(slope, n, wald(slope, ofSlope / (sd * sd))),
    intercept: measured(intercept, n, wald(intercept, ofIntercept - 2 * shift * together + shift * shift * ofSlope)),
  };
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
  return withScratch(scores.length, (logits) => {
    const rows = rowsWithLogit(labels, scores, logits);
    const extremes = extremesOf(rows);
    const n = Math.min(extremes.positives, extremes.rows - extremes.positives);
    const unfit = reasonAgainstFit(extremes);
    if (unfit !== undefined) return both(absent(n, unfit));
    const fit = fitLogits(rows);
    return fit === undefined ? both(absent(n, UNSETTLED)) : recalibrationOf(fit, n, confidence);
  });
}
