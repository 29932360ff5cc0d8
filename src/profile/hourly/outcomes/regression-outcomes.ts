/** Outcomes of a regression. The error of a row is prediction minus label. */

import { columnOf, numbersOf } from '../../../model/columns.js';
import type { Frame, Roles } from '../../../model/frame.js';
import type { Grouping } from '../../../model/groups.js';
import { type CoMoments, coMomentsOf, mergeCoMoments } from '../../../numeric/co-moments.js';
import { mergeMoments, type Moments, momentsOf } from '../../../numeric/moments.js';
import { momentsByGroup } from '../../by-group.js';
import { errorsOf, pairRows, type RegressionRows } from '../../regression-rows.js';
import { BinGatherer, type PackedValues } from './bins.js';
import type { GroupOutcome } from './group-outcomes.js';
import { magnitudeBins } from './magnitude-bins.js';
import { mergeHeld } from './sums.js';

/** The quantile whose loss is kept; it is the one that figures are made of. */
const PINBALL = 0.9;

/** Places of the quantities in `joint`. Labels are taken about the reference's mean, so that their squares keep their digits. */
export const JOINT = { error: 0, squaredError: 1, label: 2, squaredLabel: 3, size: 4, labelSize: 5 } as const;

export interface RegressionOutcomes {
  readonly kind: 'regression';
  /** Null where the frame has no prediction column. */
  readonly predictions: Moments | null;
  /** Rows whose prediction is a finite number. */
  readonly finitePredictions: number;
  /** Rows with label and prediction of which one is infinite; what follows is of the others. */
  readonly infinite: number;
  /** Centre that the labels of `joint` are taken about. */
  readonly centre: number;
  /** By `JOINT`: error, its square, centred label, its square, |error|, |label|. */
  readonly joint: CoMoments;
  readonly errors: Moments;
  readonly squares: Moments;
  readonly labels: Moments;
  readonly lowestLabel: number;
  readonly highestLabel: number;
  readonly lowestPrediction: number;
  readonly highestPrediction: number;
  /** |error| / max(|label|, eps); and the rows whose label is no larger than eps. */
  readonly shares: Moments;
  readonly zeroLabels: number;
  readonly pinball: Moments;
  /** Squared difference of `ln(1 + x)`, of the rows where both have one. */
  readonly logs: Moments;
  readonly belowDomain: number;
  /** |error| of each row, in bins; sums of |error|. */
  readonly sizes: PackedValues;
}

function finiteRows({ labels, predictions, errors }: RegressionRows): RegressionRows {
  const keep = (_: number, row: number): boolean => Number.isFinite(labels[row]) && Number.isFinite(predictions[row]);
  return { labels: labels.filter(keep), predictions: predictions.filter(keep), errors: errors.filter(keep) };
}

const lowest = (values: Float64Array): number => values.reduce((low, value) => Math.min(low, value + 0), Infinity);
const highest = (values: Float64Array): number => values.reduce((high, value) => Math.max(high, value + 0), -Infinity);

function momentsOfRows({ labels, predictions, errors }: RegressionRows) {
  const shares = errors.map(
    (error, row) => Math.abs(error) / Math.max(Math.abs(labels[row] as number), Number.EPSILON),
  );
  const hasLog = (row: number): boolean => (labels[row] as number) > -1 && (predictions[row] as number) > -1;
  const logs = errors.map((_, row) =>
    hasLog(row) ? (Math.log1p(predictions[row] as number) - Math.log1p(labels[row] as number)) ** 2 : NaN,
  );
  const known = logs.filter((square) => !Number.isNaN(square));
  return {
    errors: momentsOf(errors),
    squares: momentsOf(errors.map((error) => error * error)),
    labels: momentsOf(labels),
    shares: momentsOf(shares),
    zeroLabels: labels.reduce((sum, label) => sum + Number(Math.abs(label) <= Number.EPSILON), 0),
    pinball: momentsOf(errors.map((error) => (error < 0 ? -PINBALL * error : (1 - PINBALL) * error))),
    logs: momentsOf(known),
    belowDomain: labels.length - known.length,
  };
}

export function regressionOutcomes(frame: Frame, roles: Roles, centre: number): RegressionOutcomes {
  const [label, prediction] = [columnOf(frame, roles.label), columnOf(frame, roles.prediction)];
  const predicted = prediction && numbersOf(prediction);
  const none = new Float64Array(0);
  const paired = pairRows(label && predicted ? numbersOf(label) : none, predicted ?? none).rows;
  const rows = finiteRows(paired);
  const { labels, predictions, errors } = rows;
  const centred = labels.map((value) => value - centre);
  const sizes = errors.map(Math.abs);
  return {
    kind: 'regression',
    predictions: predicted ? momentsOf(predicted.filter((value) => !Number.isNaN(value))) : null,
    finitePredictions: (predicted ?? none).reduce((sum, value) => sum + Number(Number.isFinite(value)), 0),
    infinite: paired.labels.length - labels.length,
    centre,
    joint: coMomentsOf([
      errors,
      errors.map((error) => error * error),
      centred,
      centred.map((value) => value * value),
      sizes,
      labels.map(Math.abs),
    ]),
    ...momentsOfRows(rows),
    lowestLabel: lowest(labels),
    highestLabel: highest(labels),
    lowestPrediction: lowest(predictions),
    highestPrediction: highest(predictions),
    sizes: magnitudeBins(sizes),
  };
}

function mergeTwo(a: Omit<RegressionOutcomes, 'sizes'>, b: Omit<RegressionOutcomes, 'sizes'>) {
  return {
    kind: a.kind,
    predictions: mergeHeld(a.predictions, b.predictions, mergeMoments),
    finitePredictions: a.finitePredictions + b.finitePredictions,
    infinite: a.infinite + b.infinite,
    centre: a.centre,
    joint: mergeCoMoments([a.joint, b.joint]),
    errors: mergeMoments(a.errors, b.errors),
    squares: mergeMoments(a.squares, b.squares),
    labels: mergeMoments(a.labels, b.labels),
    lowestLabel: Math.min(a.lowestLabel, b.lowestLabel),
    highestLabel: Math.max(a.highestLabel, b.highestLabel),
    lowestPrediction: Math.min(a.lowestPrediction, b.lowestPrediction),
    highestPrediction: Math.max(a.highestPrediction, b.highestPrediction),
    shares: mergeMoments(a.shares, b.shares),
    zeroLabels: a.zeroLabels + b.zeroLabels,
    pinball: mergeMoments(a.pinball, b.pinball),
    logs: mergeMoments(a.logs, b.logs),
    belowDomain: a.belowDomain + b.belowDomain,
  };
}

export class RegressionAdder {
  readonly #sizes = new BinGatherer();
  #sums: Omit<RegressionOutcomes, 'sizes'>;

  constructor({ sizes, ...first }: RegressionOutcomes) {
    this.#sizes.addPacked(sizes);
    this.#sums = first;
  }

  /** Throws `RangeError` where labels were taken about another centre. */
  add({ sizes, ...part }: RegressionOutcomes): void {
    if (part.centre !== this.#sums.centre) throw new RangeError('labels about another centre cannot be added up');
    this.#sizes.addPacked(sizes);
    this.#sums = mergeTwo(this.#sums, part);
  }

  sum(): RegressionOutcomes {
    return { ...this.#sums, sizes: this.#sizes.packed() };
  }
}

/** Of each group the moments of its errors and of their sizes. */
export function regressionGroups(
  frame: Frame,
  roles: Roles,
): (grouping: Grouping) => Array<Omit<GroupOutcome, 'name'>> {
  const errors = errorsOf(frame, roles);
  const sizes = errors.map(Math.abs);
  return (grouping) => {
    const signed = momentsByGroup(errors, grouping);
    const absolute = momentsByGroup(sizes, grouping);
    return signed.map((moments, at) => ({
      counts: new Float64Array(0),
      moments: [moments, ...absolute.slice(at, at + 1)],
    }));
  };
}
