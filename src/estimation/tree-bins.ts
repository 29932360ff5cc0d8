/**
 * Bins of features for boosted trees, by the rules of LightGBM 4.5: at most 255 bins of about equally many rows, at least
 * three rows in each, zero in a bin of its own, missing values in the last one; categories by falling frequency.
 */

import { sortDoubles } from '../numeric/sort.js';

const MOST_BINS = 255;
const LEAST_ROWS = 3;
/** Numbers nearer to zero than this are zero. */
const ZERO = 1e-35;
/** Rare categories behind this share of the rows share the bin of the unseen ones. */
const COMMON_SHARE = 0.99;
/** Bin numbers are stored in 16 bits. */
const MOST_CATEGORIES = 65_535;

/** Numbers: `NaN` is missing, infinities count as the largest doubles. */
export interface NumericFeature {
  readonly kind: 'numeric';
  readonly values: Float64Array;
}

/** Categories as whole numbers from 0; -1 is one that training has not seen. */
export interface CategoryFeature {
  readonly kind: 'category';
  readonly codes: Int32Array;
}

export type TreeFeature = NumericFeature | CategoryFeature;

/** Bin `b` holds values up to `upper[b]`; the last bound is infinite. Missing values have the bin behind it, if any. */
export interface NumericBins {
  readonly kind: 'numeric';
  readonly upper: Float64Array;
  readonly missing: boolean;
}

/** Bin `b` from 1 holds the category `categories[b - 1]`; bin 0 those that are rare or were not seen. */
export interface CategoryBins {
  readonly kind: 'category';
  readonly categories: Int32Array;
}

export type FeatureBins = NumericBins | CategoryBins;

export function binCount(bins: FeatureBins): number {
  return bins.kind === 'category' ? bins.categories.length + 1 : bins.upper.length + (bins.missing ? 1 : 0);
}

/** What trees compare: infinities as the largest doubles, so that every threshold is finite. */
export function bounded(value: number): number {
  return value === Infinity ? Number.MAX_VALUE : value === -Infinity ? -Number.MAX_VALUE : value;
}

const scratch = new DataView(new ArrayBuffer(8));

/** The next larger double; of a finite number. */
function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  scratch.setFloat64(0, value);
  const bits = scratch.getBigInt64(0);
  scratch.setBigInt64(0, value > 0 ? bits + 1n : bits - 1n);
  return scratch.getFloat64(0);
}

/** Distinct values, rising, and the rows of each. */
interface Distinct {
  readonly values: number[];
  readonly rows: number[];
}

/** Neighbouring doubles count as one value, the larger. */
function distinctOf(sorted: Float64Array): Distinct {
  const values: number[] = [];
  const rows: number[] = [];
  let before = NaN;
  for (const given of sorted) {
    const value = Math.abs(given) <= ZERO ? 0 : bounded(given);
    const last = values.length - 1;
    if (last >= 0 && (value === before || value <= nextUp(before))) {
      values[last] = value;
      rows[last] = (rows[last] as number) + 1;
    } else {
      values.push(value);
      rows.push(1);
    }
    before = value;
  }
  return { values, rows };
}

/** Just above the middle of two neighbours; halves first, since their sum may be too large. */
const boundBetween = (low: number, high: number): number => nextUp(low / 2 + high / 2);

/** A bin for each value, but for those that have to wait until three rows are together. */
function boundsOfFew({ values, rows }: Distinct): number[] {
  const bounds: number[] = [];
  let held = 0;
  for (let at = 0; at < values.length - 1; at++) {
    held += rows[at] as number;
    if (held < LEAST_ROWS) continue;
    bounds.push(boundBetween(values[at] as number, values[at + 1] as number));
    held = 0;
  }
  return bounds;
}

/** Bins of about equally many rows, filled from below; a value with more rows than a bin should hold is one of its own. */
function boundsOfMany({ values, rows }: Distinct, total: number, mostBins: number): number[] {
  const most = Math.max(1, Math.min(mostBins, Math.floor(total / LEAST_ROWS)));
  const big = rows.map((count) => count >= total / most);
  const ofBig = rows.reduce((sum, count, at) => sum + (big[at] ? count : 0), 0);
  let binsLeft = most - big.filter(Boolean).length;
  let rowsLeft = total - ofBig;
  let wanted = rowsLeft / binsLeft;
  const bounds: number[] = [];
  let held = 0;
  for (let at = 0; at < values.length - 1 && bounds.length < most - 1; at++) {
    const count = rows[at] as number;
    if (!big[at]) rowsLeft -= count;
    held += count;
    const full = big[at] === true || held >= wanted || (big[at + 1] === true && held >= Math.max(1, wanted * 0.5));
    if (!full) continue;
    bounds.push(boundBetween(values[at] as number, values[at + 1] as number));
    held = 0;
    if (!big[at]) wanted = rowsLeft / --binsLeft;
  }
  return bounds;
}

function innerBounds(part: Distinct, mostBins: number): number[] {
  const total = part.rows.reduce((sum, count) => sum + count, 0);
  return part.values.length <= mostBins ? boundsOfFew(part) : boundsOfMany(part, total, mostBins);
}

function partOf({ values, rows }: Distinct, from: number, to: number): Distinct {
  return { values: values.slice(from, to), rows: rows.slice(from, to) };
}

/** Negative values, zero and positive values have their bins apart; the negative ones get their share of the bins. */
function upperBounds(distinct: Distinct, mostBins: number): Float64Array {
  const { values } = distinct;
  const zeroFrom = values.findIndex((value) => value >= 0);
  const negativeEnd = zeroFrom < 0 ? values.length : zeroFrom;
  const positiveFrom = values[negativeEnd] === 0 ? negativeEnd + 1 : negativeEnd;
  const negative = partOf(distinct, 0, negativeEnd);
  const positive = partOf(distinct, positiveFrom, values.length);
  const rowsOf = (part: Distinct): number => part.rows.reduce((sum, count) => sum + count, 0);
  const bounds: number[] = [];
  if (negative.values.length > 0) {
    const share = rowsOf(negative) / (rowsOf(negative) + rowsOf(positive));
    bounds.push(...innerBounds(negative, Math.max(1, Math.floor(share * (mostBins - 1)))), -ZERO);
  }
  const left = mostBins - 1 - bounds.length;
  if (positive.values.length > 0 && left > 0) bounds.push(ZERO, ...innerBounds(positive, left));
  return Float64Array.from([...bounds, Infinity]);
}

function numericBins(values: Float64Array): NumericBins {
  const present = sortDoubles(values.filter((value) => !Number.isNaN(value)));
  const missing = present.length < values.length;
  return { kind: 'numeric', upper: upperBounds(distinctOf(present), missing ? MOST_BINS - 1 : MOST_BINS), missing };
}

function categoryBins(codes: Int32Array): CategoryBins {
  let known = 0;
  const counts: number[] = [];
  for (const code of codes) {
    if (code < 0) continue;
    known++;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  const seen = Object.keys(counts).map(Number);
  const byFrequency = seen.sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const enough = Math.round(known * COMMON_SHARE);
  const most = Math.min(byFrequency.length, MOST_BINS);
  const kept: number[] = [];
  let covered = 0;
  for (const code of byFrequency) {
    if ((covered >= enough && kept.length + 1 >= most) || kept.length === MOST_CATEGORIES) break;
    const rows = counts[code] as number;
    if (rows < LEAST_ROWS && kept.length > 1) break;
    kept.push(code);
    covered += rows;
  }
  return { kind: 'category', categories: Int32Array.from(kept) };
}

/** The bins of a feature, from the rows that trees are trained on. */
export function binsOf(feature: TreeFeature): FeatureBins {
  return feature.kind === 'numeric' ? numericBins(feature.values) : categoryBins(feature.codes);
}

function binOfNumber({ upper, missing }: NumericBins, given: number): number {
  if (Number.isNaN(given) && missing) return upper.length;
  const value = Number.isNaN(given) ? 0 : bounded(given);
  let low = 0;
  let high = upper.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (upper[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The bin of every row. */
export function binRows(bins: FeatureBins, feature: TreeFeature): Uint16Array {
  if (bins.kind === 'numeric') {
    if (feature.kind !== 'numeric') throw new TypeError('numeric bins take numbers');
    return Uint16Array.from(feature.values, (value) => binOfNumber(bins, value));
  }
  if (feature.kind !== 'category') throw new TypeError('bins of categories take categories');
  const binOf = new Map(Array.from(bins.categories, (code, at) => [code, at + 1]));
  return Uint16Array.from(feature.codes, (code) => binOf.get(code) ?? 0);
}
