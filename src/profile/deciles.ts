/** The deciles by which shares of a column of numbers are compared. */

import { quantileSorted } from '../numeric/quantile.js';

/** The distinct ones of the nine deciles of values in rising order, rising; `undefined` where one overflows, or there is no value. */
export function distinctDeciles(sorted: Float64Array): readonly number[] | undefined {
  const deciles: number[] = [];
  for (let tenth = 1; tenth <= 9; tenth++) {
    const decile = quantileSorted(sorted, tenth / 10);
    if (!Number.isFinite(decile)) return undefined;
    if (deciles.length === 0 || decile > (deciles[deciles.length - 1] as number)) deciles.push(decile);
  }
  return deciles;
}
