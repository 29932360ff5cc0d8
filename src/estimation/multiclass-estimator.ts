/** Expected performance of a classifier of several classes: each class against the rest, the mean over the classes. */

import { commonClasses } from '../model/class-codes.js';
import { rankScores, rocAuc } from '../metrics/ranking.js';
import { absent, type Estimate } from '../model/estimate.js';
import type { Column, Frame, Roles } from '../model/frame.js';
import { isotonicIfItHelps } from './calibration.js';
import {
  type EstimatedMetric,
  type EstimateOf,
  faultOfProbabilities,
  type RealisedOf,
  rowsWhere,
  type Stretch,
  take,
} from './estimator.js';
import {
  expectedCells,
  type Expected,
  expectedRocAuc,
  tableRatio,
  type TableEstimate,
  tableSlopes,
  withSamplingError,
} from './expected-metrics.js';
import { calibrate, curveError, type IsotonicCurve } from './isotonic.js';

/** Columns of one period. A class that has no score is numbered behind those that have one; -1 and `NaN` are missing. */
interface ClassColumns {
  readonly scores: readonly Float64Array[];
  readonly predictions: Int32Array;
  readonly labels: Int32Array;
}

type ClassScores = NonNullable<Roles['scores']>;

export function classColumns(frame: Frame, roles: Roles, classes: ClassScores): ClassColumns {
  const named: Column = {
    kind: 'category',
    name: 'classes',
    codes: new Int32Array(0),
    levels: classes.map(([name]) => name),
  };
  const numbers = (name: string | undefined): Int32Array => {
    const column = name === undefined ? undefined : frame.columns.get(name);
    if (column === undefined) return new Int32Array(frame.rows).fill(-1);
    return commonClasses([named, column]).codes[1] as Int32Array;
  };
  const scores = classes.map(([, name]) => {
    const column = frame.columns.get(name);
    return column?.kind === 'numeric' ? column.values : new Float64Array(frame.rows).fill(NaN);
  });
  return { scores, predictions: numbers(roles.prediction), labels: numbers(roles.label) };
}

export const complete = (scores: readonly Float64Array[], row: number): boolean =>
  scores.every((values) => !Number.isNaN(values[row]));

const isClass = (codes: Int32Array, rows: Uint32Array, which: number): Int8Array =>
  Int8Array.from(rows, (row) => (codes[row] === which ? 1 : 0));

/** What is learned of a reference; plain data. */
export interface MulticlassFit {
  readonly kind: 'multiclass';
  /** Whether the scores of some class are calibrated; a text says why that cannot be decided. */
  readonly applied: boolean | string;
  /** One a class; null where calibration does not help. */
  readonly curves: ReadonlyArray<IsotonicCurve | null>;
  /** Rows with label and all scores. */
  readonly labelled: number;
}

/** Decides for each class whether its scores need calibration, and fits it. */
export function fitMulticlass(reference: Frame, roles: Roles): MulticlassFit {
  const { scores, labels } = classColumns(reference, roles, roles.scores ?? []);
  const rows = rowsWhere({ from: 0, to: labels.length }, (row) => labels[row] !== -1 && complete(scores, row));
  const none = { kind: 'multiclass', curves: scores.map(() => null), labelled: rows.length } as const;
  if (rows.length === 0) return { ...none, applied: 'the reference has no row with both label and scores' };
  const known = scores.map((values) => take(values, rows));
  if (!known.every((values) => values.every(Number.isFinite))) {
    return { ...none, applied: 'a score of the reference is infinite' };
  }
  const curves = known.map((values, at) => isotonicIfItHelps(values, Uint8Array.from(isClass(labels, rows, at))));
  return { ...none, applied: curves.some((curve) => curve !== null), curves };
}

/** Scores through their curves, then divided by their sum; all classes alike where the sum is 0. */
export function probabilitiesOf(
  scores: readonly Float64Array[],
  curves: ReadonlyArray<IsotonicCurve | null>,
): readonly Float64Array[] {
  const mapped = scores.map((values, at) => {
    const curve = curves[at];
    return curve ? values.map((score) => calibrate(curve, score)) : values.slice();
  });
  const rows = mapped[0]?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (const values of mapped) sum += values[row] as number;
    for (const values of mapped) values[row] = sum === 0 ? 1 / mapped.length : (values[row] as number) / sum;
  }
  return mapped;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One table metric: accuracy over all rows, the others as the mean over the classes. */
function tableMean(
  metric: TableEstimate,
  predictions: Int32Array,
  rows: Uint32Array,
  probabilities: readonly Float64Array[],
): number {
  if (metric === 'accuracy') {
    // A prediction without a score of its own is right with probability 0.
    const right = (row: number, at: number): number => probabilities[predictions[row] as number]?.[at] ?? 0;
    let sum = 0;
    rows.forEach((row, at) => (sum += right(row, at)));
    return sum / rows.length;
  }
  return meanOf(
    probabilities.map((ofClass, which) =>
      tableRatio(metric, expectedCells({ predictions: isClass(predictions, rows, which), probabilities: ofClass })),
    ),
  );
}

/** The slopes of one table metric, class by class. */
function tableMeanSlopes(
  metric: TableEstimate,
  predictions: Int32Array,
  rows: Uint32Array,
  probabilities: readonly Float64Array[],
): readonly Float64Array[] {
  return probabilities.map((ofClass, which) => {
    const guessed = isClass(predictions, rows, which);
    if (metric === 'accuracy') return Float64Array.from(guessed, (hit) => hit / rows.length);
    const cells = expectedCells({ predictions: guessed, probabilities: ofClass });
    return tableSlopes(metric, cells, guessed).map((slope) => slope / probabilities.length);
  });
}

interface Asked {
  readonly metric: EstimatedMetric;
  readonly stretch: Stretch;
}

interface Given {
  readonly classes: ClassScores;
  readonly columns: ClassColumns;
  readonly probabilities: readonly Float64Array[];
  readonly curves: ReadonlyArray<IsotonicCurve | null>;
  readonly confidence: number | undefined;
}

/** Of the rows asked for: the scores as given, and the probabilities made of them. */
interface Taken {
  readonly scores: readonly Float64Array[];
  readonly probabilities: readonly Float64Array[];
  readonly curves: ReadonlyArray<IsotonicCurve | null>;
}

/** One label a row is drawn from its classes' probabilities. */
function labelVariance(slopes: readonly Float64Array[], probabilities: readonly Float64Array[]): number {
  let variance = 0;
  for (let row = 0; row < (slopes[0]?.length ?? 0); row++) {
    let [mean, square] = [0, 0];
    for (const [at, ofClass] of slopes.entries()) {
      const slope = ofClass[row] as number;
      const p = probabilities[at]?.[row] as number;
      mean += p * slope;
      square += p * slope * slope;
    }
    variance += square - mean * mean;
  }
  return Math.max(0, variance);
}

/**
 * Mean squared error from the curves. They are fitted on the same labels, one class against the rest, so their errors are
 * taken to add up. A calibrated score also moves the other classes, since a row's probabilities are brought to the sum 1.
 */
function curvesError(slopes: readonly Float64Array[], { scores, probabilities, curves }: Taken): number {
  const centre = new Float64Array(slopes[0]?.length ?? 0);
  for (const [at, ofClass] of slopes.entries()) {
    ofClass.forEach((slope, row) => {
      centre[row] = (centre[row] as number) + slope * (probabilities[at]?.[row] as number);
    });
  }
  let error = 0;
  for (const [at, curve] of curves.entries()) {
    if (curve === null) continue;
    const moved = (slopes[at] as Float64Array).map((slope, row) => slope - (centre[row] as number));
    error += Math.sqrt(curveError(curve, scores[at] as Float64Array, moved));
  }
  return error * error;
}

/** The mean area over the classes, and the slopes class by class. */
function expectedArea({ scores, probabilities }: Taken, classes: ClassScores): readonly [Expected, Float64Array[]] {
  const areas: number[] = [];
  const slopes: Float64Array[] = [];
  let rarest = Infinity;
  for (const [at, ofClass] of probabilities.entries()) {
    const area = expectedRocAuc({ scores: scores[at] as Float64Array, probabilities: ofClass });
    if (area.value === null) {
      const { instead } = area;
      const reason = instead.value === null ? instead.reason : '';
      return [{ value: null, instead: absent(instead.n, `class ${classes[at]?.[0] ?? ''}: ${reason}`) }, slopes];
    }
    areas.push(area.value);
    slopes.push(area.slopes.map((slope) => slope / probabilities.length));
    rarest = Math.min(rarest, area.n);
  }
  return [{ value: meanOf(areas), n: rarest, slopes: new Float64Array(0) }, slopes];
}

function estimated(given: Given, { metric, stretch }: Asked): Estimate {
  const { classes, columns, curves, confidence } = given;
  const { predictions } = columns;
  const byRank = metric === 'roc_auc';
  const rows = rowsWhere(stretch, (row) => complete(given.probabilities, row) && (byRank || predictions[row] !== -1));
  if (rows.length === 0) return absent(0, `no rows with ${byRank ? 'all scores' : 'both prediction and all scores'}`);
  const probabilities = given.probabilities.map((values) => take(values, rows));
  const fault = probabilities.map(faultOfProbabilities).find((one) => one !== null);
  if (fault !== undefined) return absent(rows.length, fault);
  if (metric === 'average_precision') return absent(rows.length, 'for binary classification only');
  const taken: Taken = { scores: columns.scores.map((values) => take(values, rows)), probabilities, curves };
  const ofTable = (table: TableEstimate): readonly [Expected, readonly Float64Array[]] => [
    { value: tableMean(table, predictions, rows, probabilities), n: rows.length, slopes: new Float64Array(0) },
    tableMeanSlopes(table, predictions, rows, probabilities),
  ];
  const [expected, slopes] = byRank ? expectedArea(taken, classes) : ofTable(metric);
  const variance = (): number => labelVariance(slopes, probabilities) + curvesError(slopes, taken);
  return withSamplingError(expected, variance, confidence);
}

function realised({ scores, predictions, labels }: ClassColumns, { metric, stretch }: Asked): number | undefined {
  const which = scores.map((_, at) => at);
  if (metric === 'roc_auc') {
    const rows = rowsWhere(stretch, (row) => labels[row] !== -1 && complete(scores, row));
    const seen = new Set(Array.from(rows, (row) => labels[row] as number));
    if (seen.size !== scores.length || !which.every((at) => seen.has(at))) return undefined;
    const areas = which.map(
      (at) => rocAuc(rankScores(isClass(labels, rows, at), take(scores[at] as Float64Array, rows))).value,
    );
    return areas.every((area) => typeof area === 'number') ? meanOf(areas) : undefined;
  }
  if (metric === 'average_precision') return undefined;
  const rows = rowsWhere(stretch, (row) => labels[row] !== -1 && predictions[row] !== -1);
  const distinct = (codes: Int32Array): number => new Set(Array.from(rows, (row) => codes[row])).size;
  if (distinct(labels) < 2 || distinct(predictions) < 2) return undefined;
  const truths = which.map((at) => Float64Array.from(isClass(labels, rows, at)));
  if (metric !== 'accuracy') return tableMean(metric, predictions, rows, truths);
  return rows.reduce((sum, row) => sum + (labels[row] === predictions[row] ? 1 : 0), 0) / rows.length;
}

/** Estimates for the rows of a frame, labelled or not. */
export function multiclassEstimates(fit: MulticlassFit, frame: Frame, roles: Roles, confidence?: number): EstimateOf {
  const classes = roles.scores ?? [];
  const columns = classColumns(frame, roles, classes);
  const { scores } = columns;
  const without = classes.map(() => null);
  const plain: Given = {
    classes,
    columns,
    probabilities: probabilitiesOf(scores, without),
    curves: without,
    confidence,
  };
  const calibrated: Given =
    fit.applied === true ? { ...plain, probabilities: probabilitiesOf(scores, fit.curves), curves: fit.curves } : plain;
  return (metric, stretch, calibration) => estimated(calibration === 'none' ? plain : calibrated, { metric, stretch });
}

export function multiclassRealised(frame: Frame, roles: Roles): RealisedOf {
  const columns = classColumns(frame, roles, roles.scores ?? []);
  return (metric, stretch) => realised(columns, { metric, stretch });
}
