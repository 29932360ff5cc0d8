/** Two samples of one categorical column as a table of period by category. */

import type { Estimate } from '../model/estimate.js';
import type { CategoryProfile } from '../profile/category-profile.js';

export class CategoryPair {
  /** Categories of the reference, then those that only the current window has. */
  readonly levels: readonly string[];
  /** Rows of each category in the reference; 0 where it does not occur. */
  readonly r: Float64Array;
  /** Rows of each category in the current window; 0 where it does not occur. */
  readonly k: Float64Array;
  readonly referenceTotal: number;
  readonly currentTotal: number;
  /** The smaller side; what every figure of the pair rests on. */
  readonly n: number;

  constructor(reference: CategoryProfile, current: CategoryProfile) {
    const indexOf = new Map(reference.levels.map((level, at) => [level, at]));
    const levels = [...reference.levels];
    for (const level of current.levels) {
      if (indexOf.has(level)) continue;
      indexOf.set(level, levels.length);
      levels.push(level);
    }
    this.levels = levels;
    this.r = new Float64Array(levels.length);
    this.k = new Float64Array(levels.length);
    this.r.set(reference.counts);
    current.levels.forEach((level, at) => {
      this.k[indexOf.get(level) as number] = current.counts[at] as number;
    });
    this.referenceTotal = reference.rows - reference.missing;
    this.currentTotal = current.rows - current.missing;
    this.n = Math.min(this.referenceTotal, this.currentTotal);
  }

  /** Share of each category in either period. */
  shares(): { readonly reference: Float64Array; readonly current: Float64Array } {
    return {
      reference: this.r.map((count) => count / this.referenceTotal),
      current: this.k.map((count) => count / this.currentTotal),
    };
  }
}

/** A measure on two samples that both hold a value. */
export type CategoryMeasure = (pair: CategoryPair) => Estimate;
