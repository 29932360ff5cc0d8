/** Input that looks made up: rows with values that the reference has never seen, and callers who try things out. */

import { columnOf, numbersOf } from '../model/columns.js';
import { absent, type Estimate, measured } from '../model/estimate.js';
import type { CategoryCodes, Column, Frame, Roles } from '../model/frame.js';
import { wilsonInterval } from '../numeric/proportion.js';
import type { WindowProfile } from '../profile/reference-profile.js';

export type SecurityMeasures = ReadonlyArray<readonly [metric: string, estimate: Estimate]>;

function shareOf(count: number, n: number, confidence: number): Estimate {
  return measured(count / n, n, wilsonInterval(count, n, confidence));
}

function countMarks(marks: Uint8Array): number {
  let count = 0;
  for (const mark of marks) count += mark;
  return count;
}

/** Marks rows whose value lies outside what the reference's values span; infinite values do. */
function markOutOfRange(marks: Uint8Array, column: Column, [low, high]: readonly [number, number]): void {
  const values = numbersOf(column);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (value < low || value > high) marks[row] = 1;
  }
}

function markNewCategories(marks: Uint8Array, column: Column, known: ReadonlySet<string>): void {
  if (column.kind !== 'category') return;
  const isNew = Uint8Array.from(column.levels, (level) => Number(!known.has(level)));
  for (let row = 0; row < marks.length; row++) {
    const code = column.codes[row] as number;
    if (code >= 0) marks[row]! |= isNew[code] as number;
  }
}

/** What the reference had of each feature: the lowest and highest number, or the categories. */
export type SeenValues = ReadonlyMap<string, readonly [lowest: number, highest: number] | readonly string[]>;

/** Numbers without a finite value span nothing. */
export function seenValues({ columns }: Pick<WindowProfile, 'columns'>): SeenValues {
  const seen = new Map<string, readonly [number, number] | readonly string[]>();
  for (const [name, column] of columns) {
    if (column.kind === 'category') seen.set(name, column.levels);
    else if (column.sorted.length > 0) seen.set(name, [column.sorted[0] as number, column.sorted.at(-1) as number]);
  }
  return seen;
}

const isSpan = (seen: readonly [number, number] | readonly string[]): seen is readonly [number, number] =>
  typeof seen[0] === 'number';

/**
 * `out_of_range_row_share` and `new_category_row_share`: rows with at least one numeric feature outside the reference's
 * lowest and highest value, and with at least one category that the reference does not know. The shares by feature tell
 * where; these tell how much of the traffic is odd. `n` counts rows; Wilson's interval. No value without such a feature
 * in both periods, or without rows.
 */
export function unseenRows(frame: Frame, reference: SeenValues, roles: Roles, confidence: number): SecurityMeasures {
  const outside = new Uint8Array(frame.rows);
  const novel = new Uint8Array(frame.rows);
  let [numeric, categorical] = [0, 0];
  for (const name of [...roles.numeric, ...roles.categorical]) {
    const [column, before] = [columnOf(frame, name), reference.get(name)];
    if (column === undefined || before === undefined) continue;
    if (isSpan(before)) {
      numeric++;
      markOutOfRange(outside, column, before);
    } else {
      categorical++;
      markNewCategories(novel, column, new Set(before));
    }
  }
  const share = (marks: Uint8Array, features: number, kind: string): Estimate => {
    if (frame.rows === 0) return absent(0, 'empty window');
    if (features === 0) return absent(frame.rows, `no ${kind} feature with values in the reference`);
    return shareOf(countMarks(marks), frame.rows, confidence);
  };
  return [
    ['out_of_range_row_share', share(outside, numeric, 'numeric')],
    ['new_category_row_share', share(novel, categorical, 'categorical')],
  ];
}

/** Features that a row must have to be recognised when one of them is varied. Convention. */
const LEAST_FEATURES = 3;

/** Whether two rows differ in at most one feature; a missing cell equals a missing cell. */
function isNearlySame(cells: readonly (CategoryCodes | Float64Array)[], a: number, b: number): boolean {
  let different = 0;
  for (const column of cells) {
    const [one, other] = [column[a] as number, column[b] as number];
    if (one !== other && !(Number.isNaN(one) && Number.isNaN(other)) && ++different > 1) return false;
  }
  return true;
}

interface Probing {
  /** Rows that nearly repeat the same caller's row before. */
  readonly repeated: number;
  /** Rows of the longest unbroken chain of such rows, its first one included; 1 where there is none. */
  readonly longest: number;
}

function probingOf(
  callers: CategoryCodes,
  order: Uint32Array,
  cells: readonly (CategoryCodes | Float64Array)[],
): Probing {
  const before = new Map<number, { row: number; run: number }>();
  let [repeated, longest] = [0, 1];
  for (const row of order) {
    const caller = callers[row] as number;
    if (caller < 0) continue;
    const last = before.get(caller);
    if (last === undefined) {
      before.set(caller, { row, run: 1 });
      continue;
    }
    const again = isNearlySame(cells, last.row, row);
    last.run = again ? last.run + 1 : 1;
    last.row = row;
    if (again) repeated++;
    longest = Math.max(longest, last.run);
  }
  return { repeated, longest };
}

/** Rows as they came in; those without a time, and all where there is none, in the order of the frame. */
function byTime(frame: Frame, time: string | undefined): Uint32Array {
  const order = Uint32Array.from({ length: frame.rows }, (_, row) => row);
  const column = columnOf(frame, time);
  if (column === undefined) return order;
  const times = numbersOf(column);
  let sorted = true;
  for (let row = 1; row < times.length && sorted; row++)
    sorted = !((times[row] as number) < (times[row - 1] as number));
  return sorted ? order : order.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
}

/** Codes of the callers; numbers are callers like any other. */
function callerCodes(column: Column): CategoryCodes {
  if (column.kind === 'category') return column.codes;
  const codes = new Map<number, number>();
  return Int32Array.from(column.values, (value) => {
    if (Number.isNaN(value)) return -1;
    const code = codes.get(value) ?? codes.size;
    codes.set(value, code);
    return code;
  });
}

/**
 * Repeated probing: somebody who wants to learn a model or a way around it sends many rows that differ in one feature at a
 * time. Of the rows that name their caller (`n`):
 *
 * - `callers`: how many there are; `top_caller_share`: share of rows from the busiest;
 * - `probing_share`: share of rows that differ from the same caller's row before in at most one feature;
 * - `longest_probing_run`: rows of the longest such chain of one caller; 1 where no row repeats another.
 *
 * The last two need three features. No name of a caller leaves this stage. None of them without the role `caller`.
 */
export function callerMeasures(frame: Frame, roles: Roles, confidence: number): SecurityMeasures {
  if (roles.caller === undefined) return [];
  const metrics = ['callers', 'top_caller_share', 'probing_share', 'longest_probing_run'];
  const column = columnOf(frame, roles.caller);
  const none = (reason: string): SecurityMeasures => metrics.map((metric) => [metric, absent(0, reason)] as const);
  if (column === undefined) return none('no column of callers');
  const callers = callerCodes(column);
  const counts = new Map<number, number>();
  let n = 0;
  for (const caller of callers) {
    if (caller < 0) continue;
    n++;
    counts.set(caller, (counts.get(caller) ?? 0) + 1);
  }
  if (n === 0) return none(frame.rows === 0 ? 'empty window' : 'no row names its caller');
  let top = 0;
  for (const count of counts.values()) top = Math.max(top, count);
  const features = [...roles.numeric, ...roles.categorical].flatMap((name) => {
    const cells = columnOf(frame, name);
    return cells === undefined ? [] : [cells.kind === 'category' ? cells.codes : cells.values];
  });
  const few = absent(n, `fewer than ${String(LEAST_FEATURES)} features`);
  const probing =
    features.length < LEAST_FEATURES ? undefined : probingOf(callers, byTime(frame, roles.time), features);
  return [
    ['callers', measured(counts.size, n)],
    ['top_caller_share', shareOf(top, n, confidence)],
    ['probing_share', probing ? shareOf(probing.repeated, n, confidence) : few],
    ['longest_probing_run', probing ? measured(probing.longest, n) : few],
  ];
}
