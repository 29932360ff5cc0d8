/** The figures of the family `estimate`: what the performance of unlabelled rows is expected to be. */

import { absent, type Estimate, figureOf } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import type { MetricSelection } from '../model/metric-description.js';
import { mean, momentsOf, standardDeviation } from '../numeric/moments.js';
import { type BinaryFit, binaryEstimates, binaryRealised } from './binary-estimator.js';
import { DEFAULT_LOSS_ESTIMATES, lossEstimates, lossRealised, LOSS_ESTIMATES } from './direct-loss.js';
import { BINARY_ESTIMATES, type Calibration, CALIBRATIONS, MULTICLASS_ESTIMATES, type Stretch } from './estimator.js';
import type { EstimatorFit } from './fit-estimator.js';
import { type MulticlassFit, multiclassEstimates, multiclassRealised } from './multiclass-estimator.js';

export interface EstimateOptions {
  /** `default`: with calibration where it helps, MAE and RMSE; `all`: also with the scores as they are, and every loss. */
  readonly metrics: MetricSelection;
  readonly confidence?: number;
}

export interface ChunkOptions extends EstimateOptions {
  /** Rows of a chunk, in the order of the rows; the last chunk of a period holds what is left over. At least 1. */
  readonly chunkRows: number;
}

/** What the metric was in the chunks of the reference: mean ∓ 3 standard deviations (ddof 0), held within its range. */
interface Limits {
  readonly low: number;
  readonly high: number;
  readonly chunks: number;
}

/** One way of estimating: its place in the ids, its metrics, and both sides of them. */
interface Method {
  readonly path: string;
  readonly calibration?: Calibration;
  readonly metrics: readonly string[];
  readonly highest: number;
  readonly estimate: (metric: string, rows: Stretch) => Estimate;
  /** Without it there are no limits and no alerts. */
  readonly realised?: (metric: string, rows: Stretch) => number | undefined;
}

function stretches(rows: number, chunkRows: number): Stretch[] {
  const all: Stretch[] = [];
  for (let from = 0; from < rows; from += chunkRows) all.push({ from, to: Math.min(from + chunkRows, rows) });
  return all;
}

function limitsOf(realised: readonly number[], highest: number): Limits | undefined {
  if (realised.length === 0) return undefined;
  const centre = mean(realised);
  const reach = 3 * standardDeviation(momentsOf(realised), 0);
  return { low: Math.max(0, centre - reach), high: Math.min(highest, centre + reach), chunks: realised.length };
}

function alertOf(estimate: Estimate, limits: Limits | undefined): Estimate {
  if (estimate.value === null) return estimate;
  if (limits === undefined) return absent(estimate.n, 'no chunk of the reference shows what this metric should be');
  const value = estimate.value as number;
  return { n: estimate.n, value: value < limits.low || value > limits.high };
}

/** NannyML's CBPE says "no alert" where there is no estimate or no limit; so it is said here, marked as a convention. */
function cbpeAlert(alert: Estimate): Estimate {
  return alert.value === null ? { n: alert.n, value: false, degenerate: true } : alert;
}

interface Place {
  readonly on: Period;
  readonly chunk?: number;
}

/** Collects figures under `estimate/`. */
class EstimateList {
  readonly figures: Figure[] = [];
  readonly #wants: (metric: string) => boolean;

  constructor(metrics: MetricSelection) {
    this.#wants = typeof metrics === 'string' ? () => true : (metric) => metrics.includes(metric);
  }

  add(metric: string, path: string, place: Place, { calibration }: Pick<Method, 'calibration'>, of: Estimate): void {
    if (!this.#wants(metric)) return;
    const subject = { ...place, ...(calibration !== undefined && { calibration }) };
    this.figures.push(figureOf({ id: `estimate/${path}`, family: 'estimate', metric, ...subject }, of));
  }
}

type ClassFit = BinaryFit | MulticlassFit;

const classEstimates = (fit: ClassFit, frame: Frame, roles: Roles, confidence?: number) =>
  fit.kind === 'binary'
    ? binaryEstimates(fit, frame, roles, confidence)
    : multiclassEstimates(fit, frame, roles, confidence);

const classMetrics = ({ kind }: ClassFit): readonly string[] =>
  kind === 'binary' ? BINARY_ESTIMATES : MULTICLASS_ESTIMATES;

/** The frames whose rows are estimated, and whose labels give the limits. */
interface Frames {
  readonly estimated: Frame;
  readonly labelled?: Frame;
}

function classMethods(fit: ClassFit, frames: Frames, roles: Roles, { metrics, confidence }: EstimateOptions): Method[] {
  const estimate = classEstimates(fit, frames.estimated, roles, confidence);
  const realisedOf = fit.kind === 'binary' ? binaryRealised : multiclassRealised;
  const realised = frames.labelled && realisedOf(frames.labelled, roles);
  return CALIBRATIONS.filter((calibration) => calibration === 'isotonic' || metrics !== 'default').map(
    (calibration): Method => ({
      path: calibration,
      calibration,
      metrics: classMetrics(fit),
      highest: 1,
      estimate: (metric, rows) =>
        calibration === 'isotonic' && typeof fit.applied === 'string'
          ? absent(0, fit.applied)
          : estimate(metric as (typeof BINARY_ESTIMATES)[number], rows, calibration),
      ...(realised &&
        calibration === 'isotonic' && {
          realised: (metric: string, rows: Stretch) => realised(metric as (typeof BINARY_ESTIMATES)[number], rows),
        }),
    }),
  );
}

/** The ways of estimating that a fit allows; the first is the one that a window's figures are made by. */
function methodsOf(fit: EstimatorFit, frames: Frames, roles: Roles, options: EstimateOptions): Method[] {
  if (fit.kind === 'none') return [];
  if (fit.kind !== 'regression') return classMethods(fit, frames, roles, options);
  const estimate = lossEstimates(fit, frames.estimated, roles, options.confidence);
  const realised = frames.labelled && lossRealised(frames.labelled, roles);
  return [
    {
      path: 'dle',
      metrics: options.metrics === 'default' ? DEFAULT_LOSS_ESTIMATES : LOSS_ESTIMATES,
      highest: Infinity,
      estimate: (metric, rows) => estimate(metric as (typeof LOSS_ESTIMATES)[number], rows),
      ...(realised && {
        realised: (metric: string, rows: Stretch) => realised(metric as (typeof LOSS_ESTIMATES)[number], rows),
      }),
    },
  ];
}

function addCalibration(list: EstimateList, fit: ClassFit, method: Method): void {
  const { calibration, path } = method;
  const { applied, labelled } = fit;
  const place: Place = { on: 'reference' };
  const decision: Estimate =
    calibration === 'none'
      ? { n: labelled, value: false }
      : typeof applied === 'string'
        ? absent(labelled, applied)
        : { n: labelled, value: applied };
  list.add('calibration_applied', `${path}/calibration_applied`, place, method, decision);
  if (calibration === 'none' || fit.kind !== 'binary' || fit.curve === null) return;
  const { scores, probabilities } = fit.curve;
  const knots = scores.map((score, at) => [score, probabilities[at] as number]);
  list.add('calibration_knots', `${path}/calibration_knots`, place, method, { n: labelled, value: knots });
}

function addChunks(
  list: EstimateList,
  method: Method,
  chunks: readonly Stretch[],
  limits: Map<string, Limits | undefined>,
) {
  const { path, metrics, realised } = method;
  chunks.forEach((stretch, chunk) => {
    const place: Place = { on: 'current', chunk };
    for (const metric of metrics) {
      const estimate = method.estimate(metric, stretch);
      list.add(metric, `${path}/${String(chunk)}/${metric}`, place, method, estimate);
      if (realised === undefined) continue;
      const alert = alertOf(estimate, limits.get(metric));
      const told = method.calibration === undefined ? alert : cbpeAlert(alert);
      list.add(`${metric}_alert`, `${path}/${String(chunk)}/${metric}/alert`, place, method, told);
    }
  });
  for (const [metric, limit] of limits) {
    const value: Estimate = limit
      ? { n: limit.chunks, value: [limit.low, limit.high] }
      : absent(0, 'no chunk of the reference has labels to measure it with');
    list.add(`${metric}_limits`, `${path}/${metric}/limits`, { on: 'reference' }, method, value);
  }
}

/**
 * Performance without labels for each chunk of the current period, as NannyML 0.13 has it. For classes CBPE, under
 * `estimate/none/…` with scores taken as probabilities and under `estimate/isotonic/…` with isotonic calibration where that
 * lowers the calibration error on the reference; multi-class scores are brought to the sum 1, figures are means over the
 * classes. For a regression DLE, under `estimate/dle/…`. There also `…/alert` (outside what the labelled chunks of the
 * reference had) and those limits as `estimate/…/METRIC/limits`. Nothing for classes without scores.
 */
export function measureChunkEstimates(
  fit: EstimatorFit,
  { reference, current }: { readonly reference: Frame; readonly current: Frame },
  roles: Roles,
  options: ChunkOptions,
): Figure[] {
  const list = new EstimateList(options.metrics);
  const chunks = stretches(current.rows, options.chunkRows);
  for (const method of methodsOf(fit, { estimated: current, labelled: reference }, roles, options)) {
    if (fit.kind === 'binary' || fit.kind === 'multiclass') addCalibration(list, fit, method);
    const count = { n: current.rows, value: chunks.length };
    list.add('chunks', `${method.path}/chunks`, { on: 'current' }, method, count);
    const { realised, highest } = method;
    const limits = new Map<string, Limits | undefined>();
    for (const metric of realised ? method.metrics : []) {
      const known = stretches(reference.rows, options.chunkRows)
        .map((stretch) => realised?.(metric, stretch))
        .filter((value) => value !== undefined);
      limits.set(metric, limitsOf(known, highest));
    }
    addChunks(list, method, chunks, limits);
  }
  return list.figures;
}

/** Metrics of a window where there is nothing to estimate them by. */
function metricsWithoutFit({ task }: Roles): readonly string[] {
  if (task === 'regression') return DEFAULT_LOSS_ESTIMATES;
  return task === 'binary' ? BINARY_ESTIMATES : MULTICLASS_ESTIMATES;
}

export interface WindowEstimateOptions extends EstimateOptions {
  readonly on: 'reference' | 'current';
}

/** How a window's metric is estimated, whatever that is made of. */
export type WindowEstimateOf = (metric: string) => Estimate;

/** The figures of a window by the metrics that the fit allows. */
export function windowEstimates(
  fit: EstimatorFit,
  roles: Roles,
  { on, metrics: selection }: WindowEstimateOptions,
  estimate: WindowEstimateOf,
): Figure[] {
  const list = new EstimateList(selection);
  const add = (metric: string, calibration: Calibration | undefined, of: Estimate): void => {
    const method = calibration === undefined ? {} : { calibration };
    list.add(`estimated_${metric}`, `${on}/${metric}`, { on }, method, of);
  };
  if (fit.kind === 'none') {
    for (const metric of metricsWithoutFit(roles)) add(metric, undefined, absent(0, fit.reason));
  } else if (fit.kind === 'regression') {
    for (const metric of selection === 'default' ? DEFAULT_LOSS_ESTIMATES : LOSS_ESTIMATES) {
      add(metric, undefined, estimate(metric));
    }
  } else {
    for (const metric of classMetrics(fit)) {
      add(metric, 'isotonic', typeof fit.applied === 'string' ? absent(0, fit.applied) : estimate(metric));
    }
  }
  return list.figures;
}

/**
 * Performance without labels of all rows of a period, as `estimate/current/METRIC` or `estimate/reference/METRIC`; the
 * metric is called `estimated_METRIC`, so that a rule means either the estimate or the realised figure. Classes: calibrated
 * where that helps. Without scores, or without labels in the reference: no value, with that reason.
 */
export function measureWindowEstimates(
  fit: EstimatorFit,
  frame: Frame,
  roles: Roles,
  options: WindowEstimateOptions,
): Figure[] {
  const [method] = methodsOf(fit, { estimated: frame }, roles, options);
  const rows: Stretch = { from: 0, to: frame.rows };
  return windowEstimates(fit, roles, options, (metric) => method?.estimate(metric, rows) ?? absent(0, ''));
}
