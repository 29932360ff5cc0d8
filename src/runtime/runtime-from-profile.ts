/** Run-time figures of a window from the profile of its hours. Figures and their names are those of `measureRuntime`. */

import { absent, type Estimate, figureOf, measured, measuredBetween } from '../model/estimate.js';
import type { Figure } from '../model/figure.js';
import { type CoMoments, squaresOfCombination } from '../numeric/co-moments.js';
import { DEFAULT_CONFIDENCE, meanInterval, within } from '../numeric/intervals.js';
import { namedLevels } from '../profile/hourly/columns/category-sample.js';
import type { HourCategory } from '../profile/hourly/columns/hour-column.js';
import type { HourProfile } from '../profile/hourly/hour-profile.js';
import { binnedQuantile, binnedQuantileInterval } from '../profile/hourly/outcomes/binned-quantile.js';
import { unpackValues } from '../profile/hourly/outcomes/bins.js';
import type { Amounts } from '../profile/hourly/requests/amounts.js';
import {
  ALL_ZERO,
  amountMeasures,
  LATENCY_QUANTILES,
  type Measures,
  mostFrequent,
  NO_WAITING,
  OTHER,
  type Quantiles,
  RESOURCE_QUANTILES,
  RESOURCES,
  share,
} from './measure-runtime.js';
import { throughput, waitingShare } from './formulas.js';

const ON = 'current';

export interface RuntimeFromProfileOptions {
  readonly windowSeconds?: number;
  readonly confidence?: number;
}

function ofAmounts(
  name: string,
  { moments, bins: packed }: Amounts,
  quantiles: Quantiles,
  confidence: number,
): Measures {
  const bins = unpackValues(packed);
  return amountMeasures(name, moments.count === 0 ? undefined : moments, quantiles, confidence, (q) => {
    const interval = q < 1 ? binnedQuantileInterval(bins, q, confidence) : undefined;
    return measuredBetween(...binnedQuantile(bins, q), moments.count, interval);
  });
}

/** `joint`: latencies, and what of them was waiting. */
function waiting(joint: CoMoments, confidence: number): Estimate {
  const { count, means } = joint;
  if (count === 0) return absent(0, NO_WAITING);
  const [took, waited] = means as unknown as [number, number];
  const value = waitingShare(took, took - waited);
  if (value === undefined) return absent(count, ALL_ZERO);
  // The linear part of the ratio of sums, `(waited - value took) / mean took`, whose mean is 0.
  const m2 = squaresOfCombination(joint, [-value, 1]) / (took * took);
  const interval = meanInterval({ count, mean: 0, m2 }, confidence);
  return measured(value, count, interval && within([value + interval[0], value + interval[1]], value, 0, 1));
}

function errorFigures(error: HourCategory, rows: number, confidence: number): Figure[] {
  const { levels, counts } = namedLevels(error);
  const failures = error.rows - error.missing;
  const metric = 'error_rate';
  const rate = rows === 0 ? absent(0, 'empty window') : share(failures, rows, confidence);
  const figures = [figureOf({ id: `runtime/${ON}/${metric}`, family: 'runtime', metric, on: ON }, rate)];
  const byCode = new Map(levels.map((level, at) => [level, counts[at] as number]));
  const unnamed = error.newOther;
  for (const [code, count] of mostFrequent(byCode)) {
    if (code === OTHER && unnamed > 0) continue;
    figures.push(codeFigure(error.name, code, share(count, failures, confidence)));
  }
  if (unnamed > 0) {
    const why = 'more error codes than profiles count one by one';
    figures.push(codeFigure(error.name, OTHER, absent(failures, why)));
  }
  return figures;
}

function codeFigure(column: string, code: string, estimate: Estimate): Figure {
  const metric = 'error_type_share';
  const id = `runtime/${ON}/${metric}/${code}`;
  return figureOf({ id, family: 'runtime', metric, on: ON, column, class: code }, estimate);
}

/** Quantiles lie within their bound; where more codes failed than are counted, only the counted ones have a share. */
export function measureRuntimeFromProfile(hours: HourProfile, options: RuntimeFromProfileOptions): Figure[] {
  const { windowSeconds, confidence = DEFAULT_CONFIDENCE } = options;
  const { amounts, waiting: joint, texts } = hours.requests;
  const figures: Figure[] = [];
  const add = (metric: string, estimate: Estimate): void => {
    figures.push(figureOf({ id: `runtime/${ON}/${metric}`, family: 'runtime', metric, on: ON }, estimate));
  };
  const { rows } = hours;
  add('requests', measured(rows, rows));
  const rate = windowSeconds === undefined ? undefined : throughput(rows, windowSeconds);
  add('throughput', rate === undefined ? absent(rows, 'the length of the window is not known') : measured(rate, rows));
  const { latency } = amounts;
  if (latency) for (const named of ofAmounts('latency', latency, LATENCY_QUANTILES, confidence)) add(...named);
  if (joint) add('waiting_share', waiting(joint, confidence));
  for (const resource of RESOURCES) {
    const amount = amounts[resource];
    if (amount) for (const named of ofAmounts(resource, amount, RESOURCE_QUANTILES, confidence)) add(...named);
  }
  if (texts.error) figures.push(...errorFigures(texts.error, rows, confidence));
  return figures;
}
