/** Every quality metric: to which columns it applies, what it compares with, and whether it is measured unasked. */

import type { Estimate } from '../model/estimate.js';
import type { CategoryProfile } from '../profile/category-profile.js';
import type { NumericProfile } from '../profile/numeric-profile.js';
import type { ColumnProfile } from '../profile/reference-profile.js';
import {
  constantCategory,
  distinctCategories,
  entropy,
  lostCategoryCount,
  mode,
  modeShare,
  newCategories,
  newCategoryCount,
  newCategoryRows,
  newCategoryShare,
  singletonShare,
} from './category-quality.js';
import {
  constant,
  distinctCount,
  infiniteShare,
  maximum,
  mean,
  meanScaled,
  minimum,
  outOfRangeCount,
  outOfRangeShare,
  quantile,
  shareOf,
  standardDeviationOf,
  sum,
  typeMismatchShare,
  zeroCount,
} from './numeric-quality.js';

export type OfColumn<P extends ColumnProfile> = (column: P) => Estimate;
export type AgainstReference<P extends ColumnProfile> = (column: P, reference: P) => Estimate;

function count(value: number, n: number): Estimate {
  return { value, n };
}

/** Of any column: rows, and cells without a value. */
export const anyColumn: ReadonlyMap<string, (column: Pick<ColumnProfile, 'rows' | 'missing'>) => Estimate> = new Map([
  ['rows', (column) => count(column.rows, column.rows)],
  ['missing_count', (column) => count(column.missing, column.rows)],
  ['missing_share', (column) => shareOf(column.missing, column.rows)],
]);

export const numericColumn: ReadonlyMap<string, OfColumn<NumericProfile>> = new Map([
  ['type_mismatch_count', (column: NumericProfile) => count(column.typeMismatches, column.rows - column.missing)],
  ['type_mismatch_share', typeMismatchShare],
  ['infinite_count', (column) => count(column.plusInfinite + column.minusInfinite, column.rows)],
  ['infinite_share', infiniteShare],
  ['distinct_count', distinctCount],
  ['constant', constant],
  ['min', minimum],
  ['max', maximum],
  ['mean', mean],
  ['sum', sum],
  ['std', standardDeviationOf],
  ...[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map(
    (q) => [`quantile_${String(q)}`, (column: NumericProfile) => quantile(column, q)] as const,
  ),
  ['zero_count', zeroCount],
]);

export const numericAgainstReference: ReadonlyMap<string, AgainstReference<NumericProfile>> = new Map([
  ['out_of_range_count', outOfRangeCount],
  ['out_of_range_share', outOfRangeShare],
  ['mean_scaled', meanScaled],
]);

export const categoryColumn: ReadonlyMap<string, OfColumn<CategoryProfile>> = new Map([
  ['distinct_count', distinctCategories],
  ['constant', constantCategory],
  ['mode', mode],
  ['mode_share', modeShare],
  ['entropy', entropy],
  ['singleton_share', singletonShare],
]);

export const categoryAgainstReference: ReadonlyMap<string, AgainstReference<CategoryProfile>> = new Map([
  ['new_categories', newCategories],
  ['new_category_count', newCategoryCount],
  ['new_category_rows', newCategoryRows],
  ['new_category_share', newCategoryShare],
  ['lost_category_count', lostCategoryCount],
]);

/** Of the whole window, from what the readers counted. */
export const WINDOW_METRICS = ['volume', 'duplicate_id_share', 'poison_share'] as const;

/** From the profile, but only on request: other figures say the same to a rule. */
export const PROFILE_METRICS_ON_REQUEST = ['sum', 'mean_scaled', 'quantile_0.01', 'quantile_0.99'] as const;

/** Those that need the rows, or pairs of columns: only on request. */
export const ROW_METRICS = [
  'duplicate_rows',
  'pearson',
  'spearman',
  'cramers_v',
  'pearson_change',
  'spearman_change',
] as const;
