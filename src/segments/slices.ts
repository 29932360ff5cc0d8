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
 * commonest first where there are more than twenty; else `bins` of as many values each, their edges rounded to four
 * digits where that keeps them apart. Missing cells are a slice too. A column with a single slice has none: it divides
 * nothing.
 */
export function slicesOf(column: Column, rows: Uint32Array, bins: number): FeatureSlices | undefined {
  const slices = column.kind === 'category' ? ofLevels(column, rows) : ofNumbers(column, rows, bins);
  return slices.names.length < 2 ? undefined : slices;
}

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
  const codes = Uint8Array.from(rows, (row) => {
    const code = column.codes[row] as number;
    return code < 0 ? kept.length : (sliceOf[code] as number);
  });
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

function ofNumbers(column: Extract<Column, { kind: 'numeric' }>, rows: Uint32Array, bins: number): FeatureSlices {
  const { name: feature, values } = column;
  const own = Float64Array.from(rows, (row) => values[row] as number);
  const sorted = sortDoubles(own.filter((value) => !Number.isNaN(value)));
  const missing = own.length - sorted.length;
  const few = fewValues(sorted);
  if (few !== undefined) {
    const names = few.map(({ text }) => `${plain(feature)} = ${text}`);
    const slices = new Map(few.map(({ key }, slice) => [key, slice]));
    const codes = Uint8Array.from(own, (value) => slices.get(value) ?? few.length);
    return withMissing(feature, names, codes, missing);
  }
  const edges = edgesOf(sorted, bins);
  const codes = Uint8Array.from(own, (value) => {
    if (Number.isNaN(value)) return edges.length + 1;
    let slice = 0;
    while (slice < edges.length && value > (edges[slice] as number)) slice++;
    return slice;
  });
  return withMissing(feature, binNames(plain(feature), edges), codes, missing);
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
