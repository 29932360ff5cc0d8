/** Maximum mean discrepancy with a Gaussian kernel. */

import type { Estimate } from '../model/estimate.js';
import { quantiles } from '../numeric/quantile.js';
import { noValue, type NumericPair, ofPair } from './numeric-pair.js';

/** The kernel matrix grows with the square of the rows, so only the first of each period are taken. */
const ROWS = 200;

function firstFinite(values: Float64Array): number[] {
  const first: number[] = [];
  for (let i = 0; i < values.length && first.length < ROWS; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) first.push(value);
  }
  return first;
}

/** `(x - y)^2` by the expanded form that the compared library uses, rounding included. */
function squaredDistance(x: number, y: number): number {
  return y * y - 2 * (x * y) + x * x;
}

/** Half the median of all squared distances within the reference, itself with itself among them; 0.5 where that is 0. */
function kernelWidth(x: readonly number[]): number {
  const distances = new Float64Array(x.length * x.length);
  let at = 0;
  for (const a of x) for (const b of x) distances[at++] = squaredDistance(a, b);
  // numpy's nearest rank rounds halves to even.
  const middle = (distances.length - 1) / 2;
  const floor = Math.floor(middle);
  const rank = middle === floor || floor % 2 === 0 ? floor : floor + 1;
  const [median] = quantiles(distances, [distances.length > 1 ? rank / (distances.length - 1) : 0]);
  return median === 0 ? 0.5 : 0.5 * (median as number);
}

/** Sum of the kernel over all pairs, without equal places where `skipDiagonal`. */
function kernelSum(x: readonly number[], y: readonly number[], width: number, skipDiagonal: boolean): number {
  let sum = 0;
  x.forEach((a, i) => {
    y.forEach((b, j) => {
      if (!skipDiagonal || i !== j) sum += Math.exp(-squaredDistance(a, b) / (2 * width));
    });
  });
  return sum;
}

/**
 * Squared maximum mean discrepancy of the first 200 finite values a side under the kernel `exp(-d^2 / (2 s^2))`, `s^2` half
 * the median squared distance within the reference; unbiased within the periods, a plain mean across; no unit, about 0
 * for equal distributions, may be negative. Needs rows in their order, so no value from profiles. Smallest n: 2 a side.
 * Source: Evidently 0.7.23 `mmd_2samp`.
 */
export function mmdSquared(pair: NumericPair): Estimate {
  if (pair.rows === undefined) return noValue(pair, 'needs the rows of both periods, not their profiles');
  const x = firstFinite(pair.rows.reference.values);
  const y = firstFinite(pair.rows.current.values);
  if (x.length < 2 || y.length < 2) return noValue(pair, 'fewer than two rows in a period');
  if ([...x, ...y].some((value) => !Number.isFinite(squaredDistance(value, value))))
    return noValue(pair, 'the square of a value overflows');
  const width = kernelWidth(x);
  const within = kernelSum(x, x, width, true) / (x.length * (x.length - 1));
  const withinCurrent = kernelSum(y, y, width, true) / (y.length * (y.length - 1));
  return ofPair(pair, within + withinCurrent - (2 * kernelSum(x, y, width, false)) / (x.length * y.length));
}
