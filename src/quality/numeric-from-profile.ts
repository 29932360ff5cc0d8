/** Quality of one numeric column from the profile of its hours; names, denominators and reasons are those of `numericColumn`. */

import { absent, type Estimate, measured, measuredBetween } from '../model/estimate.js';
import type { NumericSample } from '../profile/hourly/columns/numeric-sample.js';
import { countUpTo, quantileBetween } from '../profile/hourly/columns/numeric-sample.js';
import {
  infiniteShare,
  mean,
  NO_REFERENCE,
  NO_VALUE,
  reasonWithoutValues,
  scaledMean,
  shareOf,
  standardDeviationOf,
  sum,
  typeMismatchShare,
} from './numeric-quality.js';

type OfSample = (sample: NumericSample) => Estimate;
type AgainstSample = (sample: NumericSample, reference: NumericSample) => Estimate;

function ofValues(sample: NumericSample, estimate: () => Estimate): Estimate {
  const why = reasonWithoutValues(sample.column);
  return why === undefined ? estimate() : absent(0, why);
}

/** A bin of several values holds two at least, and at most as many as it has rows. */
function distinctCount({ n, bins }: NumericSample): Estimate {
  let [least, most] = [0, 0];
  bins.counts.forEach((count, at) => {
    const one = bins.low[at] === bins.high[at];
    least += one ? 1 : 2;
    most += one ? 1 : count;
  });
  return measuredBetween(least, most, n);
}

export const numericFromProfile: ReadonlyMap<string, OfSample> = new Map<string, OfSample>([
  ['type_mismatch_count', ({ column: { typeMismatches, rows, missing } }) => measured(typeMismatches, rows - missing)],
  ['type_mismatch_share', ({ column }) => typeMismatchShare(column)],
  ['infinite_count', ({ column }) => measured(column.plusInfinite + column.minusInfinite, column.rows)],
  ['infinite_share', ({ column }) => infiniteShare(column)],
  ['distinct_count', distinctCount],
  ['constant', ({ column: { lowest, highest }, n }) => ({ value: n === 0 || lowest[0] === highest.at(-1), n })],
  ['min', (sample) => ofValues(sample, () => measured(sample.column.lowest[0] as number, sample.n))],
  ['max', (sample) => ofValues(sample, () => measured(sample.column.highest.at(-1) as number, sample.n))],
  ['mean', ({ column }) => mean(column)],
  ['sum', ({ column }) => sum(column)],
  ['std', ({ column }) => standardDeviationOf(column)],
  ...[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map((q): [string, OfSample] => [
    `quantile_${String(q)}`,
    (sample) => ofValues(sample, () => measuredBetween(...quantileBetween(sample, q), sample.n)),
  ]),
  ['zero_count', ({ column, n }) => measured(column.zeros, n)],
]);

/** Values outside the range of the reference, at least and at most; exact against the reference whose bins they are. */
function outside(sample: NumericSample, { column: { lowest, highest } }: NumericSample) {
  const below = countUpTo(sample, lowest[0] as number, false);
  const within = countUpTo(sample, highest.at(-1) as number, true);
  return { least: below[0] + sample.n - within[1], most: below[1] + sample.n - within[0] };
}

function outOfRangeCount(sample: NumericSample, reference: NumericSample): Estimate {
  if (reference.n === 0) return absent(sample.n, NO_REFERENCE);
  const { least, most } = outside(sample, reference);
  return measuredBetween(least, most, sample.n);
}

function outOfRangeShare(sample: NumericSample, reference: NumericSample): Estimate {
  const { n } = sample;
  if (reference.n === 0) return absent(n, NO_REFERENCE);
  const { least, most } = outside(sample, reference);
  return shareBetween(least, most, n, NO_VALUE);
}

/** A share of which the part is only known between two counts; its interval holds those of both. */
export function shareBetween(least: number, most: number, whole: number, emptyReason?: string): Estimate {
  const [low, high] = [shareOf(least, whole, emptyReason), shareOf(most, whole, emptyReason)];
  if (least === most || low.value === null || high.value === null) return low;
  const interval = low.interval && high.interval && ([low.interval[0], high.interval[1]] as const);
  return measuredBetween(low.value as number, high.value as number, whole, interval);
}

export const numericAgainstProfile: ReadonlyMap<string, AgainstSample> = new Map<string, AgainstSample>([
  ['out_of_range_count', outOfRangeCount],
  ['out_of_range_share', outOfRangeShare],
  ['mean_scaled', ({ column }, { column: { lowest, highest } }) => scaledMean(column, lowest[0], highest.at(-1))],
]);
