/** Quality of one categorical column, from its profile. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import { byCodePoint } from '../model/text-order.js';
import type { CategoryProfile } from '../profile/category-profile.js';
import { shareOf } from './numeric-quality.js';

/** More names than this help nobody; the count says how many there are. */
const MOST_NAMES = 50;

function present(column: CategoryProfile): number {
  return column.rows - column.missing;
}

function emptyReason(column: CategoryProfile): string {
  return column.rows === 0 ? 'no rows' : 'no present value';
}

/** Number of distinct categories. n: present values. */
export function distinctCategories(column: CategoryProfile): Estimate {
  return { value: column.levels.length, n: present(column) };
}

/** Whether there is at most one category; an empty column counts as constant. n: present values. */
export function constantCategory(column: CategoryProfile): Estimate {
  return { value: column.levels.length <= 1, n: present(column) };
}

function modeAt(column: CategoryProfile): number {
  let best = -1;
  for (let i = 0; i < column.levels.length; i++) {
    const count = column.counts[i] as number;
    const bestCount = best < 0 ? 0 : (column.counts[best] as number);
    const first = count === bestCount && byCodePoint(column.levels[i] as string, column.levels[best] as string) < 0;
    if (count > bestCount || first) best = i;
  }
  return best;
}

/** The most frequent category; of several, the first by Unicode code point. No value without a present cell. */
export function mode(column: CategoryProfile): Estimate {
  const at = modeAt(column);
  return at < 0 ? absent(0, emptyReason(column)) : { value: column.levels[at] as string, n: present(column) };
}

/** Share of the most frequent category among the present values; in (0, 1], with Wilson interval. */
export function modeShare(column: CategoryProfile): Estimate {
  const at = modeAt(column);
  return at < 0 ? absent(0, emptyReason(column)) : shareOf(column.counts[at] as number, present(column));
}

/** Shannon entropy of the categories, `-sum p ln p`, in nats; 0 for one category. Source: SciPy `entropy`. */
export function entropy(column: CategoryProfile): Estimate {
  const n = present(column);
  if (n === 0) return absent(0, emptyReason(column));
  let sum = 0;
  for (const count of column.counts) sum -= (count / n) * Math.log(count / n);
  return measured(Math.max(0, sum), n);
}

/**
 * Share of the present values whose category occurs only once; in [0, 1], with Wilson interval. Were such a row left out,
 * its category would be new: the share estimates how many values of another sample the column has not seen.
 * Source: I. J. Good, Biometrika 40 (1953), after A. M. Turing.
 */
export function singletonShare(column: CategoryProfile): Estimate {
  let singles = 0;
  for (const count of column.counts) if (count === 1) singles++;
  return shareOf(singles, present(column), emptyReason(column));
}

function newAt(column: CategoryProfile, reference: CategoryProfile): number[] {
  const known = new Set(reference.levels);
  const result: number[] = [];
  column.levels.forEach((level, at) => {
    if (!known.has(level)) result.push(at);
  });
  return result;
}

function rowsOf(column: CategoryProfile, at: readonly number[]): number {
  return at.reduce((sum, index) => sum + (column.counts[index] as number), 0);
}

/** Categories that the reference does not have, by Unicode code point. No value where there are more than 50. */
export function newCategories(column: CategoryProfile, reference: CategoryProfile): Estimate {
  const names = newAt(column, reference).map((index) => column.levels[index] as string);
  if (names.length > MOST_NAMES)
    return absent(present(column), `more than ${String(MOST_NAMES)}; see new_category_count`);
  return { value: names.sort(byCodePoint), n: present(column) };
}

/** Number of categories that the reference does not have. n: present values. */
export function newCategoryCount(column: CategoryProfile, reference: CategoryProfile): Estimate {
  return { value: newAt(column, reference).length, n: present(column) };
}

/** Rows whose category the reference does not have. n: present values. */
export function newCategoryRows(column: CategoryProfile, reference: CategoryProfile): Estimate {
  return { value: rowsOf(column, newAt(column, reference)), n: present(column) };
}

/** Share of the present values whose category the reference does not have; in [0, 1], lower is better, with Wilson interval. */
export function newCategoryShare(column: CategoryProfile, reference: CategoryProfile): Estimate {
  return shareOf(rowsOf(column, newAt(column, reference)), present(column), emptyReason(column));
}

/** Number of the reference's categories that do not occur. n: present values. */
export function lostCategoryCount(column: CategoryProfile, reference: CategoryProfile): Estimate {
  const seen = new Set(column.levels);
  return { value: reference.levels.filter((level) => !seen.has(level)).length, n: present(column) };
}
