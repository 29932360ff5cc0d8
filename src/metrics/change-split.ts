/** A change of performance taken apart: what other rows make of it, and what other answers to the same rows make of it. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import { DEFAULT_CONFIDENCE, normalInterval } from '../numeric/intervals.js';
import type { Level } from '../profile/level-outcomes.js';

export interface ChangeSplit {
  readonly mix: Estimate;
  readonly concept: Estimate;
}

/** Derivatives of one part by a level's share and by its share times its mean outcome. */
interface Slopes {
  readonly byShare: number;
  readonly byTotal: number;
}

interface Side {
  readonly share: number;
  readonly mean: number;
}

const NONE: Slopes = { byShare: 0, byTotal: 0 };

/** Slopes of both parts in `own`, one of the periods; `sign` is 1 for the later one and -1 for the earlier. */
function slopesOf(own: Side, other: Side, sign: 1 | -1): { readonly mix: Slopes; readonly concept: Slopes } {
  if (own.share === 0) return { mix: NONE, concept: NONE };
  // The other period tells nothing of this level: its mean is taken to be the same, and all of it is mix.
  if (other.share === 0) return { mix: { byShare: 0, byTotal: sign }, concept: NONE };
  const apart = (own.share - other.share) / (2 * own.share);
  const together = (own.share + other.share) / (2 * own.share);
  return {
    mix: { byShare: sign * ((own.mean + other.mean) / 2 - apart * own.mean), byTotal: sign * apart },
    concept: { byShare: sign * ((own.mean - other.mean) / 2 - together * own.mean), byTotal: sign * together },
  };
}

/** Squared standard error that the rows of one period bring, by the delta method over its levels. */
function squaredError(table: readonly Level[], total: number, slopes: readonly Slopes[]): number {
  let mean = 0;
  let square = 0;
  table.forEach(({ n, sum, squares }, at) => {
    const { byShare, byTotal } = slopes[at] as Slopes;
    mean += n * byShare + byTotal * sum;
    square += n * byShare * byShare + 2 * byShare * byTotal * sum + byTotal * byTotal * squares;
  });
  return total < 2 ? Infinity : Math.max(0, (square - (mean * mean) / total) / (total - 1) / total);
}

/**
 * Kitagawa's two components of the change of a mean outcome between two periods, by the levels k of a column, with shares
 * s and means r:
 *
 * - mix: `sum (s1 - s0) (r0 + r1) / 2`, because levels have become more or less frequent;
 * - concept: `sum (s0 + s1) / 2 (r1 - r0)`, because the model does better or worse on the same level.
 *
 * They add up to the change, `mean1 - mean0`, in the outcome's unit. A level that one period lacks has the other's mean, so
 * that it is mix altogether. What changes within a level, by a cause that the column does not show, counts as concept.
 *
 * `before` and `now` are tables of the same levels; n = rows of the smaller period; normal intervals by the delta method
 * with the sampling errors of both periods. No value where a period has no rows.
 *
 * Source: E. M. Kitagawa, "Components of a difference between two rates", JASA 50 (1955).
 */
export function splitChange(
  before: readonly Level[],
  now: readonly Level[],
  confidence = DEFAULT_CONFIDENCE,
): ChangeSplit {
  const totalOf = (table: readonly Level[]): number => table.reduce((sum, { n }) => sum + n, 0);
  const [rows0, rows1] = [totalOf(before), totalOf(now)];
  const n = Math.min(rows0, rows1);
  if (n === 0) {
    const none = absent(0, rows0 === 0 ? 'the reference has no labelled rows' : 'no labelled rows');
    return { mix: none, concept: none };
  }
  const sideOf = ({ n: size, sum }: Level, rows: number): Side => ({
    share: size / rows,
    mean: size > 0 ? sum / size : 0,
  });
  let mix = 0;
  let concept = 0;
  const slopes0: ReturnType<typeof slopesOf>[] = [];
  const slopes1: ReturnType<typeof slopesOf>[] = [];
  before.forEach((level, at) => {
    const early = sideOf(level, rows0);
    const late = sideOf(now[at] as Level, rows1);
    const mean0 = early.share === 0 ? late.mean : early.mean;
    const mean1 = late.share === 0 ? early.mean : late.mean;
    mix += ((late.share - early.share) * (mean0 + mean1)) / 2;
    concept += ((early.share + late.share) * (mean1 - mean0)) / 2;
    slopes0.push(slopesOf(early, late, -1));
    slopes1.push(slopesOf(late, early, 1));
  });
  const part = (value: number, of: 'mix' | 'concept'): Estimate => {
    const ofBefore = squaredError(
      before,
      rows0,
      slopes0.map((slopes) => slopes[of]),
    );
    const ofNow = squaredError(
      now,
      rows1,
      slopes1.map((slopes) => slopes[of]),
    );
    return measured(value, n, normalInterval(value, Math.sqrt(ofBefore + ofNow), confidence));
  };
  return { mix: part(mix, 'mix'), concept: part(concept, 'concept') };
}
