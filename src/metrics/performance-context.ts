/** What the measuring of each task is given. */

import { absent, type Estimate } from '../model/estimate.js';
import type { Frame, Roles } from '../model/frame.js';
import { momentsOf } from '../numeric/moments.js';
import { withScratch } from '../numeric/scratch.js';
import type { FigureList } from './performance-figures.js';
import { meanEstimate } from './probability.js';

export interface PerformanceContext {
  readonly frame: Frame;
  readonly roles: Roles;
  readonly list: FigureList;
  readonly confidence: number;
  /** The bootstraps' seed: the same period and size give the same intervals. */
  readonly seed: number;
  /** Why nothing can be measured against labels, or `undefined`. */
  readonly unlabelled: string | undefined;
}

/** Mean of the present values of a column, as numbers. */
export function meanPresent(values: Float64Array, confidence: number): Estimate {
  return withScratch(values.length, (copy) => {
    let count = 0;
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      if (!Number.isNaN(value)) copy[count++] = value;
    }
    if (count === 0) return absent(0, 'no value is present');
    return meanEstimate(momentsOf(copy.subarray(0, count)), confidence);
  });
}
