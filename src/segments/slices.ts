/** The slices of one feature: its commonest levels, or bins between its quantiles; and what people call them. */

import type { Column } from '../model/frame.js';
import { byCodePoint } from '../model/text-order.js';
import { quantileSorted } from '../numeric/quantile.js';
import { sortDoubles } from '../numeric/sort.js';

/** Levels of a feature that are looked at, that of missing cells among them. Convention. */
const MOST_LEVELS = 20;
/** Digits of a bin's edge: people have to read it. */
const DIGITS = 4;
/** In no slice: one of the many rare levels. */
export const NO_SLICE = 255;

export interface FeatureSlices {
  readonly feature: string;
  /** One name a slice: `job = student`, `25 < age ≤ 37`, `job is missing`. */
  readonly names: readonly string[];
  /** Slice of each row, or `NO_SLICE`. */
  readonly codes: Uint8Array;
}

/** A text that cannot be taken for two conditions. */
function plain(text: string): string {
  return /^\S(?:.*\S)?$/u.test(text) && !/ and |[=<>≤"]| is missing$/u.test(text) ? text : JSON.stringify(text);
}

/**
 * The slices of a column on the rows `rows` of the frame: one slice a level (a numeric value, if there are few), the
 * commonest first where there are more than twenty; else bins of as many values each, their edges rounded to four
 * digits where that keeps them apart. Missing cells are a slice too. One answer for each number of `bins`; none for a
 * column with a single slice: it divides nothing.
 */
export function slicesOf(
  column: Column,
  rows: Uint32Array,
  bins: readonly number[],
): readonly (FeatureSlices | undefined)[] {
  const all = column.kind === 'category' ? bins.map(constant(ofLevels(column, rows))) : ofNumbers(column, rows, bins);
  return all.map((slices) => (slices.names.length < 2 ? undefined : slices));
}

const constant =
  <T>(value: T) =>
  (): T =>
    value;

function withMissing(feature: string, names: readonly string[], codes: Uint8Array, missing: number): FeatureSlices {
  if (missing === 0) return { feature, names, codes };
  // Rows without a value were given the number behind the last slice.
  return { feature, names: [...names, `${plain(feature)} is missing`], codes };
}

interface Counted {
  readonly key: number;
  readonly count: number;
  readonly text: string;
}

/** The commonest, then by text, so that the order of the rows plays no part. */
function commonest(counted: readonly Counted[]): readonly Counted[] {
  const most = counted.length < MOST_LEVELS ? counted.length : MOST_LEVELS - 1;
  return [...counted].sort((a, b) => b.count - a.count || byCodePoint(a.text, b.text)).slice(0, most);
}

function ofLevels(column: Extract<Column, { kind: 'category' }>, rows: Uint32Array): FeatureSlices {
  const counts = new Float64Array(column.levels.length);
  let missing = 0;
  for (const row of rows) {
    const code = column.codes[row] as number;
    if (code < 0) missing++;
    else counts[code]! += 1;
  }
  const kept = commonest(
    column.levels.flatMap((text, key) => {
      const count = counts[key] as number;
      return count === 0 ? [] : [{ key, count, text }];
    }),
  );
  const sliceOf = new Uint8Array(column.levels.length).fill(NO_SLICE);
  kept.forEach(({ key }, slice) => (sliceOf[key] = slice));
  const codes = new Uint8Array(rows.length);
  for (let at = 0; at < codes.length; at++) {
    const code = column.codes[rows[at] as number] as number;
    codes[at] = code < 0 ? kept.length : (sliceOf[code] as number);
  }
  const names = kept.map(({ text }) => `${plain(column.name)} = ${plain(text)}`);
  return withMissing(column.name, names, codes, missing);
}

/** Distinct values with their counts, as long as there are few; rising. */
function fewValues(sorted: Float64Array): readonly Counted[] | undefined {
  const counted: { key: number; count: number; text: string }[] = [];
  for (const value of sorted) {
    const last = counted.at(-1);
    if (last?.key === value) last.count++;
    else if (counted.length + 1 >= MOST_LEVELS) return undefined;
    else counted.push({ key: value, count: 1, text: String(value) });
  }
  return counted;
}

/** Bins for each of the numbers; the same for all where there are few values. */
function ofNumbers(
  { name, values }: Extract<Column, { kind: 'numeric' }>,
  rows: Uint32Array,
  bins: readonly number[],
): readonly FeatureSlices[] {
  const own = new Float64Array(rows.length);
  let missing = 0;
  for (let at = 0; at < own.length; at++) {
    const value = values[rows[at] as number] as number;
    own[at] = value;
    if (Number.isNaN(value)) missing++;
  }
  const sorted = sortDoubles(missing === 0 ? own : own.filter((value) => !Number.isNaN(value)));
  const few = fewValues(sorted);
  if (few === undefined) return bins.map((count) => inBins(plain(name), name, own, edgesOf(sorted, count), missing));
  const slices = new Map(few.map(({ key }, slice) => [key, slice]));
  const codes = new Uint8Array(own.length);
  for (let at = 0; at < codes.length; at++) codes[at] = slices.get(own[at] as number) ?? few.length;
  const names = few.map(({ text }) => `${plain(name)} = ${text}`);
  return bins.map(constant(withMissing(name, names, codes, missing)));
}

function inBins(
  name: string,
  feature: string,
  values: Float64Array,
  edges: readonly number[],
  missing: number,
): FeatureSlices {
  const codes = new Uint8Array(values.length);
  for (let at = 0; at < codes.length; at++) {
    const value = values[at] as number;
    let slice = 0;
    if (Number.isNaN(value)) slice = edges.length + 1;
    else while (slice < edges.length && value > (edges[slice] as number)) slice++;
    codes[at] = slice;
  }
  return withMissing(feature, binNames(name, edges), codes, missing);
}

/** Inner edges between the bins, rising and distinct. Infinite values stand in the outermost bins. */
function edgesOf(sorted: Float64Array, bins: number): readonly number[] {
  const exact = Array.from({ length: bins - 1 }, (_, at) => quantileSorted(sorted, (at + 1) / bins));
  const distinct = [...new Set(exact.filter((edge) => Number.isFinite(edge) && edge < (sorted.at(-1) as number)))];
  const rounded = [...new Set(distinct.map((edge) => Number(edge.toPrecision(DIGITS))))];
  return rounded.length === distinct.length ? rounded : distinct;
}

function binNames(feature: string, edges: readonly number[]): readonly string[] {
  return Array.from({ length: edges.length + 1 }, (_, bin) => {
    const [low, high] = [edges[bin - 1], edges[bin]];
    if (low === undefined) return high === undefined ? `any ${feature}` : `${feature} ≤ ${String(high)}`;
    return high === undefined ? `${feature} > ${String(low)}` : `${String(low)} < ${feature} ≤ ${String(high)}`;
  });
}
