/** Every figure of the family `anomaly`: column by column, and over all numeric features together. */

import { columnOf, numbersOf } from '../model/columns.js';
import { absent, type Estimate, figureOf, measured } from '../model/estimate.js';
import type { Figure } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import { chiSquareTail } from '../numeric/distributions.js';
import { compensatedSum } from '../numeric/moments.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { quantiles } from '../numeric/quantile.js';
import { columnOutliers } from './column-outliers.js';
import { completeRows, firstPoints, type Points, scaledBy, spreadPoints } from './complete-rows.js';
import { growIsolationForest, isolationScores } from './isolation-forest.js';
import { randomForestMeasures, svmMeasures } from './learned-detectors.js';
import { localOutlierFactors, NEIGHBOURS } from './local-outlier-factor.js';
import { fitMahalanobis, mahalanobisSquared } from './mahalanobis.js';
import { detectionAuc, precisionAtPlanted, truthOf } from './truth.js';

/** Local outlier factors are quadratic in the rows: only so many of the first complete rows get one. */
const LOF_ROWS = 300;
/** Chance that an ordinary (normal) row lies beyond the Mahalanobis limit. */
const MAHALANOBIS_TAIL = 0.001;
/** Forests averaged where their scores are compared with known outliers. */
const SEEDS = 10;
/** Share of the reference's own rows that the forest's limit leaves outside. */
const ISOLATED_SHARE = 0.01;
/** Rows of a period that the forest of `isolated_share` scores. */
const SCORED_ROWS = 20_000;

type Measures = ReadonlyArray<readonly [metric: string, estimate: Estimate, on?: 'reference' | 'current']>;

/** Figures that exist also where no row was placed: without known outliers nothing is compared with them. */
const ROW_METRICS = [
  'isolated_share',
  'lof_tied_rows',
  'lof',
  'mahalanobis_count',
  'mahalanobis_share',
  'mahalanobis_squared_first_10',
  'one_class_svm_share',
  'one_class_svm_reference_share',
];
/** Detectors against known outliers. */
const KNOWN_METRICS = [
  ...['isolation_forest_auc', 'isolation_forest_precision_at_n', 'lof_auc', 'one_class_svm_auc'],
  ...['one_class_svm_precision_at_n', 'random_forest_share', 'random_forest_auc', 'random_forest_precision_at_n'],
];

function finiteValues(frame: Frame, name: string): Float64Array {
  const column = columnOf(frame, name);
  return column === undefined ? new Float64Array(0) : numbersOf(column).filter(Number.isFinite);
}

function lofMeasures(scaled: Points | string, n: number, truth: readonly boolean[] | undefined): Measures {
  const none = (reason: string): Measures =>
    ['lof_tied_rows', 'lof', ...(truth === undefined ? [] : ['lof_auc'])].map((m) => [m, absent(n, reason)] as const);
  if (typeof scaled === 'string') return none(scaled);
  const few = `fewer than ${String(NEIGHBOURS + 2)} complete current rows`;
  if (scaled.count < NEIGHBOURS + 2) return none(few);
  const { negativeFactors, tiedRows } = localOutlierFactors(scaled);
  const tied = 'exact distance ties at the 20th neighbour: the values depend on which is taken';
  return [
    ['lof_tied_rows', measured(tiedRows, n)],
    ['lof', tiedRows > 0 ? absent(n, tied) : { n, value: Array.from(negativeFactors) }],
    ...(truth === undefined
      ? []
      : [
          [
            'lof_auc',
            detectionAuc(
              truth.slice(0, n),
              negativeFactors.map((factor) => -factor),
            ),
          ] as const,
        ]),
  ];
}

function mahalanobisMeasures(reference: Points, current: Points): Measures {
  const n = current.count;
  const metrics = ['mahalanobis_count', 'mahalanobis_share', 'mahalanobis_squared_first_10'] as const;
  const model = n === 0 ? 'no complete current row' : fitMahalanobis(reference);
  if (typeof model === 'string') return metrics.map((metric) => [metric, absent(n, model)] as const);
  const squares = mahalanobisSquared(model, current);
  if (!squares.every(Number.isFinite))
    return metrics.map((metric) => [metric, absent(n, 'distances overflow')] as const);
  let outside = 0;
  for (const square of squares) if (chiSquareTail(square, current.width) < MAHALANOBIS_TAIL) outside++;
  return [
    ['mahalanobis_count', measured(outside, n)],
    ['mahalanobis_share', measured(outside / n, n, wilsonInterval(outside, n))],
    ['mahalanobis_squared_first_10', { n, value: Array.from(squares.subarray(0, 10)) }],
  ];
}

/** The mean of estimates that all have a number; the first that has none stands for all. */
function meanOf(estimates: readonly Estimate[]): Estimate {
  const missing = estimates.find(({ value }) => typeof value !== 'number');
  const first = estimates[0] as Estimate;
  if (missing !== undefined) return missing;
  return measured(compensatedSum(estimates.map(({ value }) => value as number)) / estimates.length, first.n);
}

function forestMeasures(reference: Points, current: Points, truth: readonly boolean[] | undefined): Measures {
  const known = truth === undefined ? [] : ['isolation_forest_auc', 'isolation_forest_precision_at_n'];
  const empty =
    reference.count < 2 ? 'fewer than two complete reference rows' : current.count === 0 && 'no complete current row';
  if (empty !== false) return ['isolated_share', ...known].map((m) => [m, absent(current.count, empty)] as const);
  const [before, now] = [spreadPoints(reference, SCORED_ROWS), spreadPoints(current, SCORED_ROWS)];
  const forest = growIsolationForest(reference, { seed: 0 });
  const [limit] = quantiles(isolationScores(forest, before), [1 - ISOLATED_SHARE]) as [number];
  const isolated = isolationScores(forest, now).filter((score) => score > limit).length;
  const share = measured(isolated / now.count, now.count, wilsonInterval(isolated, now.count));
  if (truth === undefined) return [['isolated_share', share]];
  const scores = Array.from({ length: SEEDS }, (_, seed) =>
    isolationScores(growIsolationForest(reference, { seed }), current),
  );
  return [
    ['isolated_share', share],
    ['isolation_forest_auc', meanOf(scores.map((of) => detectionAuc(truth, of)))],
    ['isolation_forest_precision_at_n', meanOf(scores.map((of) => precisionAtPlanted(truth, of)))],
  ];
}

/** Figures over all numeric features together. */
function rowMeasures(reference: Frame, current: Frame, roles: Roles): Measures {
  const { numeric, planted } = roles;
  const [before, now] = [completeRows(reference, numeric), completeRows(current, numeric)];
  if (typeof before === 'string' || typeof now === 'string') {
    const reason = typeof before === 'string' ? before : (now as string);
    const known = planted === undefined ? [] : KNOWN_METRICS;
    return [...ROW_METRICS, ...known].map((metric) => [metric, absent(0, reason)] as const);
  }
  const truth = truthOf(current, now, planted);
  const periods = { reference, current, before, now };
  const first = firstPoints(now, LOF_ROWS);
  const scaled = before.count === 0 ? 'no complete reference row' : scaledBy(before, first, numeric);
  return [
    ...forestMeasures(before, now, truth),
    ...lofMeasures(scaled, first.count, truth),
    ...mahalanobisMeasures(before, now),
    ...svmMeasures(periods, numeric, truth),
    ...randomForestMeasures(periods, roles),
  ];
}

/**
 * Anomalies of the current rows, judged by the reference. Ids `anomaly/<column>/<metric>` for each numeric feature (see
 * `columnOutliers`) and `anomaly/<metric>` over all of them, on rows where every numeric feature is present and finite:
 * - `isolated_share`: rows (20,000 at most, evenly spread) that an isolation forest grown on the reference scores above the
 *   0.99 quantile of the reference's own scores; 0.01 is expected;
 * - `isolation_forest_auc`, `isolation_forest_precision_at_n`: against known outliers (role `planted`), mean of ten forests;
 * - `lof`, `lof_tied_rows`, `lof_auc`: local outlier factors (k = 20) of the first 300 complete rows among themselves, in
 *   units of the reference's standard deviation; no `lof` where the 20th neighbour is not unique;
 * - `mahalanobis_count`, `mahalanobis_share`: rows whose squared distance is beyond the 0.999 quantile of chi-square with one
 *   degree of freedom for each feature; `mahalanobis_squared_first_10`: the distances of the first ten;
 * - `one_class_svm_share`: rows outside the region of a one-class support vector machine (nu 0.05, radial kernel, gamma
 *   `scale`) fitted to every second reference row; `one_class_svm_reference_share`: of the reference rows between;
 *   `one_class_svm_auc`, `one_class_svm_precision_at_n`: its scores against known outliers;
 * - `random_forest_share`: rows that a random forest (100 trees) trained on known anomalies calls anomalous;
 *   `random_forest_auc`, `random_forest_precision_at_n`: its scores, of rows that it did not learn from, against what is known.
 *
 * Shares carry Wilson's interval. What cannot be measured is a figure with a reason.
 */
export function measureAnomaly(reference: Frame, current: Frame, roles: Roles): Figure[] {
  const figures = roles.numeric.flatMap((column) =>
    columnOutliers(finiteValues(reference, column), finiteValues(current, column)).map(([metric, estimate]) => {
      const on = metric === 'reference_outlier_share' ? 'reference' : 'current';
      return figureOf({ id: `anomaly/${column}/${metric}`, family: 'anomaly', metric, on, column }, estimate);
    }),
  );
  for (const [metric, estimate, on = 'current'] of rowMeasures(reference, current, roles))
    figures.push(figureOf({ id: `anomaly/${metric}`, family: 'anomaly', metric, on }, estimate));
  return figures;
}
