/** Two samples of one numeric column, and what several measures of their distance share. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import type { NumericColumn } from '../model/frame.js';
import type { NumericProfile } from '../profile/numeric-profile.js';

/** The distinct values of both samples together, rising, with the rows of each side. */
export interface PooledValues {
  readonly values: Float64Array;
  readonly inReference: Float64Array;
  readonly inCurrent: Float64Array;
}

function pool(r: Float64Array, k: Float64Array): PooledValues {
  const values = new Float64Array(r.length + k.length);
  const inReference = new Float64Array(values.length);
  const inCurrent = new Float64Array(values.length);
  let i = 0;
  let j = 0;
  let at = 0;
  while (i < r.length || j < k.length) {
    const left = i < r.length ? (r[i] as number) : Infinity;
    const right = j < k.length ? (k[j] as number) : Infinity;
    const value = left < right ? left : right;
    const fromI = i;
    const fromJ = j;
    while (i < r.length && r[i] === value) i++;
    while (j < k.length && k[j] === value) j++;
    values[at] = value;
    inReference[at] = i - fromI;
    inCurrent[at] = j - fromJ;
    at++;
  }
  return {
    values: values.subarray(0, at),
    inReference: inReference.subarray(0, at),
    inCurrent: inCurrent.subarray(0, at),
  };
}

/** How far the two distribution functions lie apart. */
export interface Gap {
  /** The largest difference at any value. */
  readonly largest: number;
  /** The area between them, in the unit of the values. */
  readonly area: number;
}

/** Areas that are added before their sum joins the compensated one: few enough to keep its digits. */
const ADDED_AT_ONCE = 256;

/**
 * Walks both samples once, one value of each side at a time; nothing is stored, for the samples may be large. Between two
 * values the gap is `|i n - j m| / (m n)`: counting it in that unit needs no division on the way.
 */
function gapBetween(r: Float64Array, k: Float64Array): Gap {
  const [m, n] = [r.length, k.length];
  const unit = 1 / (m * n);
  let i = 0;
  let j = 0;
  let previous = Math.min(r[0] ?? Infinity, k[0] ?? Infinity);
  let units = 0;
  let largest = 0;
  let sum = 0;
  let lost = 0;
  while (i < m || j < n) {
    let some = 0;
    for (let added = 0; added < ADDED_AT_ONCE && (i < m || j < n); added++) {
      const left = i < m ? (r[i] as number) : Infinity;
      const right = j < n ? (k[j] as number) : Infinity;
      const value = left < right ? left : right;
      // Within a run of equal values there is no area, and its middle is no gap.
      if (value > previous) {
        some += units * unit * (value - previous);
        if (units > largest) largest = units;
        previous = value;
      }
      if (left <= right) i++;
      if (right <= left) j++;
      units = Math.abs(i * n - j * m);
    }
    const next = sum + some;
    lost += sum >= some ? sum - next + some : some - next + sum;
    sum = next;
  }
  return { largest: largest / (m * n), area: sum + lost };
}

/** Rows behind the profiles, for the few measures that need their order. */
export interface NumericRows {
  readonly reference: NumericColumn;
  readonly current: NumericColumn;
}

/** Finite values only; missing and infinite ones are left out column by column. */
export class NumericPair {
  readonly reference: NumericProfile;
  readonly current: NumericProfile;
  readonly rows: NumericRows | undefined;
  /** Finite values of the reference, rising. */
  readonly r: Float64Array;
  /** Finite values of the current window, rising. */
  readonly k: Float64Array;
  /** The smaller side; what every figure of the pair rests on. */
  readonly n: number;
  #pooled: PooledValues | undefined;
  #gap: Gap | undefined;

  constructor(reference: NumericProfile, current: NumericProfile, rows?: NumericRows) {
    this.reference = reference;
    this.current = current;
    this.rows = rows;
    this.r = reference.sorted;
    this.k = current.sorted;
    this.n = Math.min(this.r.length, this.k.length);
  }

  get pooled(): PooledValues {
    this.#pooled ??= pool(this.r, this.k);
    return this.#pooled;
  }

  get gap(): Gap {
    this.#gap ??= gapBetween(this.r, this.k);
    return this.#gap;
  }

  /** Whether both samples consist of one and the same value. */
  get constant(): boolean {
    const { r, k } = this;
    return r[0] === r[r.length - 1] && k[0] === k[k.length - 1] && r[0] === k[0];
  }
}

/** A measure on two samples that both hold a value. */
export type NumericMeasure = (pair: NumericPair) => Estimate;

/** Number of the smaller side beside a value. */
export function ofPair(pair: { readonly n: number }, value: number): Estimate {
  return measured(value, pair.n);
}

/** No value, for a reason. */
export function noValue(pair: { readonly n: number }, reason: string): Estimate {
  return absent(pair.n, reason);
}
