/** What is kept of a column of one hour, or of the hours of a window together: of one form, so that hours add up. */

import type { Moments } from '../../../numeric/moments.js';
import type { FrozenNumeric } from './frozen-bins.js';
import type { FrozenCategory } from './frozen-levels.js';
import type { PackedBins } from './packed-bins.js';
import type { Tails } from './tails.js';

/** Counts, moments and extremes are those of the rows; between the extremes of a bin the values are not known. */
export interface HourNumeric extends Tails {
  readonly kind: 'numeric';
  readonly name: string;
  readonly frozen: FrozenNumeric;
  readonly rows: number;
  readonly missing: number;
  readonly typeMismatches: number;
  readonly plusInfinite: number;
  readonly minusInfinite: number;
  /** Finite values that are 0. */
  readonly zeros: number;
  /** Of the finite values. */
  readonly moments: Moments;
  /** Of the finite values, by the frozen bins. */
  readonly packed: PackedBins;
  /** True in the reference's own profile, whose deciles are the frozen ones. */
  readonly ofReference: boolean;
}

/**
 * Counts of the frozen levels and of levels that are new. Rows whose level has no count of its own are counted together:
 * apart for levels that the reference has, and for those that it does not have.
 */
export interface HourCategory {
  readonly kind: 'category';
  readonly name: string;
  readonly frozen: FrozenCategory;
  readonly rows: number;
  readonly missing: number;
  /** Rows of each frozen level. */
  readonly counts: Float64Array;
  readonly added: AddedLevels;
  /** Rows of levels that the reference has, beyond those that are frozen. */
  readonly knownOther: number;
  /** Rows of levels that the reference does not have, beyond those added. */
  readonly newOther: number;
  /** True in the reference's own profile, which has all levels that are known. */
  readonly ofReference: boolean;
}

/** Levels that the reference does not have, with their rows: which ones are kept does not hang on the order of the hours. */
export type AddedLevels = ReadonlyMap<string, number>;

export type HourColumn = HourNumeric | HourCategory;
