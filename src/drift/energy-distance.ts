/** Energy distance of two samples. */

import type { Estimate } from '../model/estimate.js';
import { type NumericPair, ofPair } from './numeric-pair.js';

/**
 * Energy distance `sqrt(2 integral (F(x) - G(x))^2 dx)`; in the root of the column's unit, at least 0, 0 for equal
 * samples. Higher means more drift. Smallest n: 1 a side. No value where a difference of values overflows.
 * Source: SciPy `energy_distance`.
 */
export function energyDistance(pair: NumericPair): Estimate {
  const { values, inReference, inCurrent } = pair.pooled;
  let below = 0;
  let belowCurrent = 0;
  let sum = 0;
  for (let i = 0; i + 1 < values.length; i++) {
    below += inReference[i] as number;
    belowCurrent += inCurrent[i] as number;
    const gap = below / pair.r.length - belowCurrent / pair.k.length;
    sum += gap * gap * ((values[i + 1] as number) - (values[i] as number));
  }
  return ofPair(pair, Math.SQRT2 * Math.sqrt(sum));
}
