/**
 * Figures of a regression from its profile. Values are those of the rows, but for the median, whose bound the bins give.
 * Where the rows are drawn for an interval, there is one by the delta method here: errors of the sums, carried through.
 */

import { absent, conventional, type Estimate, type Interval, measured, withBound } from '../model/estimate.js';
import { type CoMoments, productOf, squaresOfCombination } from '../numeric/co-moments.js';
import { meanInterval, normalInterval, within } from '../numeric/intervals.js';
import type { Line } from '../numeric/line.js';
import { standardDeviation } from '../numeric/moments.js';
import { binnedQuantile, binnedQuantileInterval } from '../profile/hourly/outcomes/binned-quantile.js';
import { binnedCount, type Bins, unpackValues } from '../profile/hourly/outcomes/bins.js';
import { JOINT, type RegressionOutcomes } from '../profile/hourly/outcomes/regression-outcomes.js';
import type { TableContext } from './measure-binary.js';
import { OF_REGRESSION } from './measure-regression.js';
import { predictionLineOf } from './prediction-line.js';
import { meanEstimate } from './probability.js';
import { explained } from './regression.js';

const SIZE = Object.keys(JOINT).length;

/** Weights of some of the joint quantities; the others have none. */
function weights(of: Partial<Record<keyof typeof JOINT, number>>): number[] {
  const all = new Array<number>(SIZE).fill(0);
  for (const [name, weight] of Object.entries(of)) all[JOINT[name as keyof typeof JOINT]] = weight;
  return all;
}

/** Normal interval of a figure that moves with each row as a combination of the joint quantities does. */
function deltaInterval(
  value: number,
  joint: CoMoments,
  of: Parameters<typeof weights>[0],
  confidence: number,
): Interval {
  const n = joint.count;
  return normalInterval(value, Math.sqrt(squaresOfCombination(joint, weights(of)) / (n - 1) / n), confidence);
}

/** Both ends of an interval of squares, as roots. */
const rooted = (interval: Interval | undefined): Interval | undefined =>
  interval && [Math.sqrt(Math.max(0, interval[0])), Math.sqrt(Math.max(0, interval[1]))];

function shareExplained(task: RegressionOutcomes, errorsAboutTheirMean: boolean, confidence: number): Estimate {
  const { joint, errors, squares, labels } = task;
  const n = joint.count;
  const part = errorsAboutTheirMean ? errors.m2 : squares.mean * n;
  const whole = task.lowestLabel === task.highestLabel ? 0 : labels.m2;
  const value = 1 - part / whole;
  const spread = whole / n;
  const centre = joint.means[JOINT.label] as number;
  const interval = deltaInterval(
    value,
    joint,
    {
      squaredError: 1 / spread,
      error: errorsAboutTheirMean ? (-2 * errors.mean) / spread : 0,
      squaredLabel: -(1 - value) / spread,
      label: (2 * (1 - value) * centre) / spread,
    },
    confidence,
  );
  return explained(part, whole, n, within(interval, value, -Infinity, 1));
}

function spreadOfErrors({ joint, errors }: RegressionOutcomes, confidence: number): Estimate {
  const n = joint.count;
  if (n < 2) return absent(n, 'fewer than two rows');
  const value = standardDeviation(errors);
  if (value === 0) return measured(0, n, [0, 0]);
  const of = { squaredError: 1 / (2 * value), error: -errors.mean / value };
  return measured(value, n, within(deltaInterval(value, joint, of, confidence), value, 0, Infinity));
}

function wapeOf({ joint }: RegressionOutcomes, confidence: number): Estimate {
  const n = joint.count;
  const [error, label] = [joint.means[JOINT.size] as number, joint.means[JOINT.labelSize] as number];
  if (label === 0) return absent(n, 'every label is 0');
  const value = error / label;
  const m2 = squaresOfCombination(joint, weights({ size: 1 / label, labelSize: -value / label }));
  const interval = meanInterval({ count: n, mean: value, m2 }, confidence);
  return measured(value, n, interval && within(interval, value, 0, Infinity));
}

function medianSize({ joint }: RegressionOutcomes, sizes: Bins, confidence: number): Estimate {
  const n = joint.count;
  if (binnedCount(sizes) < n) return absent(n, 'an error is too large for a number');
  const [low, high] = binnedQuantile(sizes, 0.5);
  const value = low / 2 + high / 2;
  const interval = binnedQuantileInterval(sizes, 0.5, confidence);
  return withBound(measured(low === high ? low : value, n, interval), (high - low) / 2);
}

/** Least squares of label on prediction, which is label plus error. */
function lineOf({ joint, labels, errors, ...task }: RegressionOutcomes): Line | undefined {
  const n = joint.count;
  if (n < 2 || task.lowestPrediction === task.highestPrediction) return undefined;
  const [ee, ey] = [productOf(joint, JOINT.error, JOINT.error), productOf(joint, JOINT.error, JOINT.label)];
  const yy = productOf(joint, JOINT.label, JOINT.label);
  const [xx, xy] = [ee + 2 * ey + yy, ey + yy];
  const slope = xy / xx;
  const mx = labels.mean + errors.mean;
  const intercept = labels.mean - slope * mx;
  if (!(xx > 0 && xx < Infinity) || !Number.isFinite(slope) || !Number.isFinite(intercept)) return undefined;
  const variance = n > 2 ? Math.max(0, yy - slope * xy) / (n - 2) : NaN;
  const [slopeError, interceptError] = [Math.sqrt(variance / xx), Math.sqrt(variance * (1 / n + (mx * mx) / xx))];
  return { slope, intercept, slopeError, interceptError };
}

function addSquares({ list, confidence }: TableContext, task: RegressionOutcomes): void {
  const { squares, logs, belowDomain } = task;
  const n = squares.count;
  const ofSquares = meanEstimate(squares, confidence, 0);
  list.add('mse', ofSquares);
  const root = rooted('interval' in ofSquares ? ofSquares.interval : undefined);
  list.add('rmse', measured(Math.sqrt(squares.mean), n, root));
  list.add('r2', () => shareExplained(task, false, confidence));
  list.add('explained_variance', () => (n === 1 ? conventional(1, 1) : shareExplained(task, true, confidence)));
  list.add('std_error', () => spreadOfErrors(task, confidence));
  list.add(
    'rmsle',
    belowDomain > 0
      ? absent(n, 'a label or prediction is at or below -1')
      : measured(Math.sqrt(logs.mean), n, rooted(meanInterval(logs, confidence))),
  );
}

/** Every figure of the errors, and the mean prediction. */
export function addRegression(context: TableContext, task: RegressionOutcomes): void {
  const { list, confidence, unlabelled } = context;
  const { predictions, infinite, joint, shares } = task;
  if (predictions === null) return;
  list.add(
    'mean_prediction',
    predictions.count === 0 ? absent(0, 'no value is present') : meanEstimate(predictions, confidence),
  );
  const n = unlabelled === undefined ? joint.count + infinite : 0;
  list.add('count', { n, value: n });
  if (n === 0 || infinite > 0) {
    const reason = infinite > 0 ? 'a label or prediction is infinite' : 'no labelled rows';
    list.addAbsent(OF_REGRESSION, n, unlabelled ?? reason);
    return;
  }
  addSquares(context, task);
  list.add('prediction_slope', () => predictionLineOf(lineOf(task), n, confidence).slope);
  list.add('prediction_intercept', () => predictionLineOf(lineOf(task), n, confidence).intercept);
  const sizes = { count: n, mean: joint.means[JOINT.size] as number, m2: productOf(joint, JOINT.size, JOINT.size) };
  list.add('mae', meanEstimate(sizes, confidence, 0));
  const ofShares = meanEstimate(shares, confidence, 0);
  const degenerate = task.zeroLabels > 0 && ofShares.value !== null;
  list.add('mape', degenerate ? conventional(ofShares.value as number, n) : ofShares);
  list.add('wape', () => wapeOf(task, confidence));
  const bins = unpackValues(task.sizes);
  list.add('median_ae', () => medianSize(task, bins, confidence));
  list.add('max_error', () =>
    binnedCount(bins) < n
      ? absent(n, 'not a finite number: the sum overflows')
      : measured(bins.high.at(-1) as number, n),
  );
  list.add('mean_error', meanEstimate(task.errors, confidence));
  list.add('pinball_0.9', meanEstimate(task.pinball, confidence, 0));
}
