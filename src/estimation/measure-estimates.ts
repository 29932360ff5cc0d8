/** The figures of the family `estimate`: what the performance of each chunk of the current period is expected to be. */

import { absent, type Estimate, figureOf } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import type { MetricSelection } from '../model/metric-description.js';
import { mean, momentsOf, standardDeviation } from '../numeric/moments.js';
import { binaryEstimator } from './binary-estimator.js';
import { type Calibration, CALIBRATIONS, type EstimatedMetric, type Estimator, type Stretch } from './estimator.js';
import { multiclassEstimator } from './multiclass-estimator.js';

export interface EstimateOptions {
  /** Rows of a chunk, in the order of the rows; the last chunk of a period holds what is left over. */
  readonly chunkRows: number;
  /** `default`: with calibration where it helps; `all`: also with the scores as they are. */
  readonly metrics: MetricSelection;
  readonly confidence?: number;
}

/** What the metric was in the chunks of the reference: mean ∓ 3 standard deviations (ddof 0), held within [0, 1]. */
interface Limits {
  readonly low: number;
  readonly high: number;
  readonly chunks: number;
}

function stretches(rows: number, chunkRows: number): Stretch[] {
  const all: Stretch[] = [];
  for (let from = 0; from < rows; from += chunkRows) all.push({ from, to: Math.min(from + chunkRows, rows) });
  return all;
}

function limitsOf(realised: readonly number[]): Limits | undefined {
  if (realised.length === 0) return undefined;
  const centre = mean(realised);
  const reach = 3 * standardDeviation(momentsOf(realised), 0);
  return { low: Math.max(0, centre - reach), high: Math.min(1, centre + reach), chunks: realised.length };
}

function alertOf(estimate: Estimate, limits: Limits | undefined): Estimate {
  if (estimate.value === null) return estimate;
  if (limits === undefined) return absent(estimate.n, 'no chunk of the reference shows what this metric should be');
  const value = estimate.value as number;
  return { n: estimate.n, value: value < limits.low || value > limits.high };
}

interface Place {
  readonly on: Period;
  readonly chunk?: number;
  readonly calibration: Calibration;
}

/** Collects the figures of one calibration. */
class EstimateList {
  readonly figures: Figure[] = [];
  readonly #wants: (metric: string) => boolean;

  constructor(metrics: MetricSelection) {
    this.#wants = typeof metrics === 'string' ? () => true : (metric) => metrics.includes(metric);
  }

  add(metric: string, path: string, place: Place, estimate: Estimate): void {
    if (!this.#wants(metric)) return;
    const id = `estimate/${place.calibration}/${path}`;
    this.figures.push(figureOf({ id, family: 'estimate', metric, ...place }, estimate));
  }
}

function addCalibration(list: EstimateList, { applied, curve, labelled }: Estimator, calibration: Calibration): void {
  const place: Place = { on: 'reference', calibration };
  const decision: Estimate =
    calibration === 'none'
      ? { n: labelled, value: false }
      : typeof applied === 'string'
        ? absent(labelled, applied)
        : { n: labelled, value: applied };
  list.add('calibration_applied', 'calibration_applied', place, decision);
  if (calibration === 'none' || curve === null) return;
  const knots = Array.from(curve.scores, (score, at) => [score, curve.probabilities[at] as number]);
  list.add('calibration_knots', 'calibration_knots', place, { n: labelled, value: knots });
}

/**
 * Performance without labels (CBPE, NannyML 0.13) for each chunk of the current period, under `estimate/none/…` with scores
 * taken as probabilities and under `estimate/isotonic/…` with isotonic calibration where that lowers the calibration error
 * on the reference; there also `…/alert` (outside what the labelled chunks of the reference had) and those limits as
 * `estimate/isotonic/METRIC/limits`. Multi-class scores are brought to the sum 1, figures are means over the classes. Nothing
 * for regression or without scores. `chunkRows` at least 1.
 */
export function measureEstimates(reference: Frame, current: Frame, roles: Roles, options: EstimateOptions): Figure[] {
  const { chunkRows, metrics, confidence } = options;
  if (roles.task === 'regression') return [];
  if (roles.task === 'binary' ? roles.score === undefined : roles.scores === undefined) return [];
  const estimator =
    roles.task === 'binary'
      ? binaryEstimator(reference, current, roles, confidence)
      : multiclassEstimator(reference, current, roles);
  const list = new EstimateList(metrics);
  const chunks = stretches(current.rows, chunkRows);
  const limits = new Map<EstimatedMetric, Limits | undefined>();
  for (const metric of estimator.metrics) {
    const known = stretches(reference.rows, chunkRows)
      .map((stretch) => estimator.realised(metric, stretch))
      .filter((value) => value !== undefined);
    limits.set(metric, limitsOf(known));
  }
  for (const calibration of CALIBRATIONS) {
    if (calibration === 'none' && metrics === 'default') continue;
    addCalibration(list, estimator, calibration);
    list.add('chunks', 'chunks', { on: 'current', calibration }, { n: current.rows, value: chunks.length });
    const undecided = calibration === 'isotonic' && typeof estimator.applied === 'string' ? estimator.applied : null;
    chunks.forEach((stretch, chunk) => {
      const place: Place = { on: 'current', chunk, calibration };
      for (const metric of estimator.metrics) {
        const estimate = undecided === null ? estimator.estimate(metric, stretch, calibration) : absent(0, undecided);
        list.add(metric, `${String(chunk)}/${metric}`, place, estimate);
        if (calibration === 'none') continue;
        list.add(`${metric}_alert`, `${String(chunk)}/${metric}/alert`, place, alertOf(estimate, limits.get(metric)));
      }
    });
    if (calibration === 'none') continue;
    for (const [metric, limit] of limits) {
      const value: Estimate = limit
        ? { n: limit.chunks, value: [limit.low, limit.high] }
        : absent(0, 'no chunk of the reference has labels to measure it with');
      list.add(`${metric}_limits`, `${metric}/limits`, { on: 'reference', calibration }, value);
    }
  }
  return list.figures;
}
