/** Expected performance of a classifier of several classes: each class against the rest, the mean over the classes. */

import { commonClasses } from '../metrics/labels.js';
import { rankScores, rocAuc } from '../metrics/ranking.js';
import { absent, type Estimate, measured } from '../model/estimate.js';
import type { Column, Frame, Roles } from '../model/frame.js';
import { isotonicIfItHelps } from './calibration.js';
import {
  type EstimatedMetric,
  type Estimator,
  faultOfProbabilities,
  MULTICLASS_ESTIMATES,
  rowsWhere,
  type Stretch,
} from './estimator.js';
import { expectedCells, expectedRocAuc, tableRatio, type TableEstimate } from './expected-metrics.js';
import { calibrate, type IsotonicCurve } from './isotonic.js';

/** Columns of one period. A class that has no score is numbered behind those that have one; -1 and `NaN` are missing. */
interface ClassColumns {
  readonly scores: readonly Float64Array[];
  readonly predictions: Int32Array;
  readonly labels: Int32Array;
}

type ClassScores = NonNullable<Roles['scores']>;

function columnsOf(frame: Frame, roles: Roles, classes: ClassScores): ClassColumns {
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

const complete = (scores: readonly Float64Array[], row: number): boolean =>
  scores.every((values) => !Number.isNaN(values[row]));

const isClass = (codes: Int32Array, rows: Uint32Array, which: number): Int8Array =>
  Int8Array.from(rows, (row) => (codes[row] === which ? 1 : 0));

const take = (values: Float64Array, rows: Uint32Array): Float64Array =>
  Float64Array.from(rows, (row) => values[row] as number);

interface Decision {
  readonly applied: boolean | string;
  readonly curves: ReadonlyArray<IsotonicCurve | null>;
  readonly labelled: number;
}

function decide({ scores, labels }: ClassColumns): Decision {
  const rows = rowsWhere({ from: 0, to: labels.length }, (row) => labels[row] !== -1 && complete(scores, row));
  const none = { curves: scores.map(() => null), labelled: rows.length };
  if (rows.length === 0) return { ...none, applied: 'the reference has no row with both label and scores' };
  const known = scores.map((values) => take(values, rows));
  if (!known.every((values) => values.every(Number.isFinite))) {
    return { ...none, applied: 'a score of the reference is infinite' };
  }
  const curves = known.map((values, at) => isotonicIfItHelps(values, Uint8Array.from(isClass(labels, rows, at))));
  return { applied: curves.some((curve) => curve !== null), curves, labelled: rows.length };
}

/** Scores through their curves, then divided by their sum; all classes alike where the sum is 0. */
function probabilitiesOf(
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

interface Asked {
  readonly metric: EstimatedMetric;
  readonly stretch: Stretch;
}

function estimated(
  { scores, predictions }: ClassColumns,
  probabilities: readonly Float64Array[],
  classes: ClassScores,
  { metric, stretch }: Asked,
): Estimate {
  const byRank = metric === 'roc_auc';
  const rows = rowsWhere(stretch, (row) => complete(probabilities, row) && (byRank || predictions[row] !== -1));
  if (rows.length === 0) return absent(0, `no rows with ${byRank ? 'all scores' : 'both prediction and all scores'}`);
  const known = probabilities.map((values) => take(values, rows));
  const fault = known.map(faultOfProbabilities).find((one) => one !== null);
  if (fault !== undefined) return absent(rows.length, fault);
  if (metric === 'average_precision') return absent(rows.length, 'for binary classification only');
  if (!byRank) return measured(tableMean(metric, predictions, rows, known), rows.length);
  const areas: number[] = [];
  let rarest = rows.length;
  for (const [at, ofClass] of known.entries()) {
    const area = expectedRocAuc({ scores: take(scores[at] as Float64Array, rows), probabilities: ofClass });
    if (typeof area.value !== 'number') {
      return absent(area.n, `class ${classes[at]?.[0] ?? ''}: ${area.value === null ? area.reason : ''}`);
    }
    areas.push(area.value);
    rarest = Math.min(rarest, area.n);
  }
  return measured(meanOf(areas), rarest);
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

/** Fits one calibration a class on the reference and is then ready for rows of the current period. */
export function multiclassEstimator(reference: Frame, current: Frame, roles: Roles): Estimator {
  const classes = roles.scores ?? [];
  const before = columnsOf(reference, roles, classes);
  const now = columnsOf(current, roles, classes);
  const { applied, curves, labelled } = decide(before);
  const plain = probabilitiesOf(
    now.scores,
    classes.map(() => null),
  );
  const calibrated = applied === true ? probabilitiesOf(now.scores, curves) : plain;
  return {
    metrics: MULTICLASS_ESTIMATES,
    applied,
    curve: null,
    labelled,
    estimate: (metric, stretch, calibration) =>
      estimated(now, calibration === 'none' ? plain : calibrated, classes, { metric, stretch }),
    realised: (metric, stretch) => realised(before, { metric, stretch }),
  };
}
