/** How long labels take to come in. */

import { numbersOf } from '../model/columns.js';
import { absent, type Estimate, measured } from '../model/estimate.js';
import type { Column } from '../model/frame.js';
import { DEFAULT_CONFIDENCE, orderStatisticInterval } from '../numeric/intervals.js';
import { quantileSorted } from '../numeric/quantile.js';
import { sortDoubles } from '../numeric/sort.js';
import { labelDelaysOf } from '../profile/label-delays.js';

export const LABEL_DELAYS = [
  ['label_delay_p50', 0.5],
  ['label_delay_p95', 0.95],
] as const;

export const NO_DELAY = 'no label tells when it came in';

/**
 * Label delay: quantiles of arrival of the label minus time of the prediction, in seconds; lower is better. NumPy's linear
 * quantiles, distribution-free intervals. Below 0 where labels are dated before their predictions: a clock is wrong, or
 * the model was asked about what was known. n = labelled rows with both times; `arrived` and `time` in milliseconds, one per
 * row, NaN is missing. Labels that have not come in yet have no delay, so that the quantiles of a young window are too
 * short; they hold once its labels are final. No value without such rows.
 */
export function labelDelays(
  label: Column,
  arrived: Column,
  time: Column,
  confidence = DEFAULT_CONFIDENCE,
): ReadonlyArray<readonly [metric: string, Estimate]> {
  const sorted = sortDoubles(labelDelaysOf(label, numbersOf(arrived), numbersOf(time)));
  const n = sorted.length;
  return LABEL_DELAYS.map(([metric, q]) => {
    if (n === 0) return [metric, absent(0, NO_DELAY)];
    return [metric, measured(quantileSorted(sorted, q), n, orderStatisticInterval(sorted, q, confidence))];
  });
}
