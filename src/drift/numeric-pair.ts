/** Two samples of one numeric column, and what several measures of their distance share. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import type { NumericColumn } from '../model/frame.js';
import type { NumericProfile } from '../profile/numeric-profile.js';
import { areaBetween, largestGap } from './distribution-gap.js';

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
  #largestGap: number | undefined;
  #gapArea: number | undefined;

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

  /** The largest difference of the two distribution functions. */
  get largestGap(): number {
    this.#largestGap ??= largestGap(this.r, this.k);
    return this.#largestGap;
  }

  /** The area between them, in the unit of the values. */
  get gapArea(): number {
    this.#gapArea ??= areaBetween(this.r, this.k);
    return this.#gapArea;
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
