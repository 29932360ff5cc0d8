/** Quantiles of binned values: between which two numbers they lie. */

import type { Interval } from '../../../model/estimate.js';
import { orderStatisticRanks } from '../../../numeric/intervals.js';
import { quantileSorted } from '../../../numeric/quantile.js';
import { binnedCount, type Bins } from './bins.js';

/** Numbers between which the k-th smallest value lies (from 0). The lowest and the highest of a bin are known. */
function valueAt({ counts, low, high }: Bins, k: number): Interval {
  let below = 0;
  for (let at = 0; at < counts.length; at++) {
    const count = counts[at] as number;
    if (k < below + count) {
      const [from, to] = [low[at] as number, high[at] as number];
      if (k === below) return [from, from];
      return k === below + count - 1 ? [to, to] : [from, to];
    }
    below += count;
  }
  return [NaN, NaN];
}

/** Numbers between which the quantile `q` lies, by linear interpolation (`quantileSorted`); at least one value. */
export function binnedQuantile(bins: Bins, q: number): Interval {
  const place = (binnedCount(bins) - 1) * q;
  const before = valueAt(bins, Math.floor(place));
  const behind = valueAt(bins, Math.ceil(place));
  const between = (end: 0 | 1): number => quantileSorted([before[end], behind[end]], place - Math.floor(place));
  return [between(0), between(1)];
}

/** Its distribution-free interval, at most so much wider as the bins are; see `orderStatisticInterval`. */
export function binnedQuantileInterval(bins: Bins, q: number, confidence: number): Interval | undefined {
  const ranks = orderStatisticRanks(binnedCount(bins), q, confidence);
  return ranks && [valueAt(bins, ranks[0] - 1)[0], valueAt(bins, ranks[1] - 1)[1]];
}
