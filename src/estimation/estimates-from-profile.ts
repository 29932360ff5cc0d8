/** Performance without labels from the profile of a window's outcomes, which holds what an estimator foretold of its rows. */

import { absent, conventional, type Estimate, type Interval, measured, withBound } from '../model/estimate.js';
import type { Figure } from '../model/figure.js';
import type { Roles } from '../model/frame.js';
import { DEFAULT_CONFIDENCE, normalInterval, within } from '../numeric/intervals.js';
import { NEEDS_ROWS } from '../profile/hourly/needs-rows.js';
import { binnedCount, type Bins } from '../profile/hourly/outcomes/bins.js';
import type { OutcomeProfile } from '../profile/hourly/outcomes/outcome-profile.js';
import { unpackScores, type UnpackedScores } from '../profile/hourly/outcomes/score-bins.js';
import type { BinaryFit } from './binary-estimator.js';
import {
  type BinnedExpectation,
  binnedExpectedArea,
  binnedExpectedPrecision,
  type ExpectedBin,
} from './binned-expectations.js';
import { lossEstimate, type LossFit, type LossMetric } from './direct-loss.js';
import {
  cellSlopes,
  type ExpectedCells,
  expectedRatio,
  labelVariance,
  rounded,
  type TableEstimate,
  tableRatio,
} from './expected-metrics.js';
import { NO_PROBABILITY } from './estimator.js';
import type { EstimatorFit } from './fit-estimator.js';
import { curveError, type IsotonicCurve } from './isotonic.js';
import { windowEstimates, type WindowEstimateOptions } from './measure-estimates.js';
import type { MulticlassFit } from './multiclass-estimator.js';

const POPULATIONS = ['chosen', 'refused', 'silent'] as const;

const totalOf = ({ sums }: Bins): number => sums.reduce((sum, each) => sum + each, 0);

const isOutside = ({ low, high }: Bins): boolean => low.some((value) => value < 0) || high.some((value) => value > 1);

/** Rows foretold in each bin, whatever was predicted of them, in falling order of score. */
function fallingBins(bins: UnpackedScores): ExpectedBin[] {
  const byKey = new Map<number, ExpectedBin>();
  for (const population of POPULATIONS) {
    const { keys, counts, low, high, sums } = bins[population];
    keys.forEach((key, at) => {
      const known = byKey.get(key) ?? { rows: 0, sum: 0, low: Infinity, high: -Infinity };
      byKey.set(key, {
        rows: known.rows + (counts[at] as number),
        sum: known.sum + (sums[at] as number),
        low: Math.min(known.low, low[at] as number),
        high: Math.max(known.high, high[at] as number),
      });
    });
  }
  return [...byKey].sort(([a], [b]) => b - a).map(([, bin]) => bin);
}

function cellsOf({ chosen, refused }: UnpackedScores): ExpectedCells {
  const [tp, fn] = [totalOf(chosen), totalOf(refused)];
  return { tp, fp: binnedCount(chosen) - tp, fn, tn: binnedCount(refused) - fn };
}

/** Rows that move a figure alike: how many, their mean probability, and how much the figure moves with that of one of them. */
interface Movers {
  readonly rows: Float64Array;
  readonly probabilities: Float64Array;
  readonly slopes: Float64Array;
}

/** A score that the curve maps to a probability of its range. */
function scoreOf({ scores, probabilities }: IsotonicCurve, probability: number): number {
  const above = probabilities.findIndex((level) => level >= probability);
  if (above <= 0) return (above === 0 ? scores[0] : scores.at(-1)) as number;
  const [from, to] = [probabilities[above - 1] as number, probabilities[above] as number];
  const [left, right] = [scores[above - 1] as number, scores[above] as number];
  return left + ((right - left) * (probability - from)) / (to - from);
}

/**
 * Squared error of the realised figure about the estimate: that of the labels, with each row at the mean probability of its
 * bin, and that of the curve. Never below that of the rows but for the curve's part.
 */
function squaredError({ rows, probabilities, slopes }: Movers, curve: IsotonicCurve | null): number {
  const each = slopes.map((slope, at) => slope * Math.sqrt(rows[at] as number));
  const ofLabels = labelVariance(each, probabilities);
  if (curve === null) return ofLabels;
  const scores = probabilities.map((probability) => scoreOf(curve, probability));
  return (
    ofLabels +
    curveError(
      curve,
      scores,
      slopes.map((slope, at) => slope * (rows[at] as number)),
    )
  );
}

function intervalOf(value: number, squared: number, confidence: number): Interval {
  return within(normalInterval(value, Math.sqrt(squared), confidence), value, 0, 1);
}

/** The rows of both populations as movers of a table metric. */
function tableMovers({ chosen, refused }: UnpackedScores, [ofChosen, ofRefused]: readonly [number, number]): Movers {
  const both = [chosen, refused];
  const rows = Float64Array.from(both.flatMap(({ counts }) => [...counts]));
  const sums = both.flatMap(({ sums: own }) => [...own]);
  return {
    rows,
    probabilities: rows.map((count, at) => (sums[at] as number) / count),
    slopes: rows.map((_, at) => (at < chosen.keys.length ? ofChosen : ofRefused)),
  };
}

function rankMovers(bins: readonly ExpectedBin[], { slopes }: BinnedExpectation): Movers {
  return {
    rows: Float64Array.from(bins, ({ rows }) => rows),
    probabilities: Float64Array.from(bins, ({ rows, sum }) => sum / rows),
    slopes,
  };
}

function binaryTable(bins: UnpackedScores, metric: TableEstimate, { curve }: BinaryFit, confidence: number): Estimate {
  const n = binnedCount(bins.chosen) + binnedCount(bins.refused);
  if (isOutside(bins.chosen) || isOutside(bins.refused)) return absent(n, NO_PROBABILITY);
  if (n === 0) return absent(0, 'no rows with both prediction and score');
  const cells = cellsOf(bins);
  const ratio = expectedRatio(metric, cells);
  if (ratio === undefined) return conventional(0, 0);
  const squared = squaredError(tableMovers(bins, cellSlopes(metric, cells)), curve);
  return measured(ratio.value, ratio.n, intervalOf(ratio.value, squared, confidence));
}

function binaryRank(
  scoreBins: UnpackedScores,
  metric: 'roc_auc' | 'average_precision',
  { curve }: BinaryFit,
  confidence: number,
): Estimate {
  const bins = fallingBins(scoreBins);
  const n = bins.reduce((sum, { rows }) => sum + rows, 0);
  if (bins.some(({ low, high }) => low < 0 || high > 1)) return absent(n, NO_PROBABILITY);
  if (n === 0) return absent(0, 'no rows with a score');
  const sum = bins.reduce((total, bin) => total + bin.sum, 0);
  const [up, right] = [rounded(sum), rounded(n - sum)];
  const rarer = metric === 'roc_auc' ? Math.min(up, right) : up;
  if (rarer <= 0) {
    return absent(0, metric === 'roc_auc' ? 'only one class is to be expected' : 'no positive is to be expected');
  }
  const expected = metric === 'roc_auc' ? binnedExpectedArea(bins, true) : binnedExpectedPrecision(bins);
  if (expected === undefined) return absent(Math.max(1, Math.round(rarer)), NEEDS_ROWS);
  const { value, bound } = expected;
  const interval = intervalOf(value, squaredError(rankMovers(bins, expected), curve), confidence);
  return withBound(measured(value, Math.max(1, Math.round(rarer)), interval), bound);
}

/** The mean over the classes. Without curves it has an interval, no narrower than that of the rows. */
function classTable(
  bins: readonly UnpackedScores[],
  metric: TableEstimate,
  fit: MulticlassFit,
  confidence: number,
): Estimate {
  const [first] = bins as readonly [UnpackedScores];
  const n = binnedCount(first.chosen) + binnedCount(first.refused);
  // The rows of a class that has no score are among the refused of every class: all classes have the same rows.
  if (n === 0) return absent(0, 'no rows with both prediction and all scores');
  if (bins.some(({ chosen, refused }) => isOutside(chosen) || isOutside(refused))) return absent(n, NO_PROBABILITY);
  const tables = bins.map(cellsOf);
  const slopesOf = (cells: ExpectedCells): readonly [number, number] => {
    if (metric === 'accuracy') return [1 / n, 0];
    const [chosen, refused] = cellSlopes(metric, cells);
    return [chosen / bins.length, refused / bins.length];
  };
  const value =
    metric === 'accuracy'
      ? tables.reduce((sum, { tp }) => sum + tp, 0) / n
      : tables.reduce((sum, cells) => sum + tableRatio(metric, cells), 0) / tables.length;
  if (fit.applied === true) return measured(value, n);
  // One label is drawn for each row: the square of the sum of its slopes is no larger than that of the one it gets.
  const squared = tables.reduce((sum, cells) => {
    const [chosen, refused] = slopesOf(cells);
    return sum + chosen * chosen * cells.tp + refused * refused * cells.fn;
  }, 0);
  return measured(value, n, intervalOf(value, squared, confidence));
}

function classRank(
  scoreBins: readonly UnpackedScores[],
  fit: MulticlassFit,
  names: readonly string[],
  confidence: number,
): Estimate {
  const all = scoreBins.map(fallingBins);
  const rows = (all[0] ?? []).reduce((sum, bin) => sum + bin.rows, 0);
  if (rows === 0) return absent(0, 'no rows with all scores');
  if (all.some((bins) => bins.some(({ low, high }) => low < 0 || high > 1))) return absent(rows, NO_PROBABILITY);
  let [value, bound, squared, rarest] = [0, 0, 0, Infinity];
  for (const [at, bins] of all.entries()) {
    const sum = bins.reduce((total, bin) => total + bin.sum, 0);
    const rarer = Math.min(rounded(sum), rounded(rows - sum));
    if (rarer <= 0) return absent(0, `class ${names[at] ?? ''}: only one class is to be expected`);
    const area = binnedExpectedArea(bins, false);
    if (area === undefined) return absent(rows, NEEDS_ROWS);
    value += area.value / all.length;
    bound += area.bound / all.length;
    rarest = Math.min(rarest, Math.max(1, Math.round(rarer)));
    bins.forEach((bin, place) => (squared += ((area.slopes[place] as number) / all.length) ** 2 * bin.sum));
  }
  const interval = fit.applied === true ? undefined : intervalOf(value, squared, confidence);
  return withBound(measured(value, rarest, interval), bound);
}

function lossOf(profile: OutcomeProfile, fit: LossFit, metric: LossMetric, confidence: number): Estimate {
  const rows = (): number => (profile.task.kind === 'regression' ? profile.task.finitePredictions : 0);
  const meanOf = (loss: string) => {
    const moments = profile.foretold.find((one) => one.loss === loss)?.moments;
    return moments && { mean: moments.mean, rows: moments.count };
  };
  return lossEstimate(fit, metric, rows, meanOf, confidence);
}

/**
 * The figures of `measureWindowEstimates`, with the same ids, of hours that the same `fit` has foretold. Expected cells are
 * sums, so that their figures are equal but for rounding; those of the order of scores carry a `bound`. Intervals take the
 * rows of a bin to be alike; with several classes they are wider than those of the rows, or, where scores are calibrated, none.
 */
export function measureEstimatesFromProfile(
  fit: EstimatorFit,
  profile: OutcomeProfile,
  roles: Roles,
  options: WindowEstimateOptions,
): Figure[] {
  const confidence = options.confidence ?? DEFAULT_CONFIDENCE;
  const { task } = profile;
  const ofBinary = task.kind === 'binary' && task.scores ? unpackScores(task.scores.bins) : undefined;
  const ofClasses = task.kind === 'multiclass' ? task.bins.map(unpackScores) : [];
  return windowEstimates(fit, roles, options, (metric) => {
    if (fit.kind === 'regression') return lossOf(profile, fit, metric as LossMetric, confidence);
    if (fit.kind === 'binary' && task.kind === 'binary') {
      const isRank = metric === 'roc_auc' || metric === 'average_precision';
      if (ofBinary === undefined) return absent(0, `no rows with ${isRank ? 'a' : 'both prediction and'} score`);
      return isRank
        ? binaryRank(ofBinary, metric, fit, confidence)
        : binaryTable(ofBinary, metric as TableEstimate, fit, confidence);
    }
    if (fit.kind !== 'multiclass' || task.kind !== 'multiclass') return absent(0, NEEDS_ROWS);
    return metric === 'roc_auc'
      ? classRank(
          ofClasses,
          fit,
          (roles.scores ?? []).map(([name]) => name),
          confidence,
        )
      : classTable(ofClasses, metric as TableEstimate, fit, confidence);
  });
}
