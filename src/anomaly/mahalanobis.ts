/** Distance of rows from the middle of the reference, in its own directions and spreads. */

import { symmetricEigen } from '../numeric/linear-algebra.js';
import { momentsOf } from '../numeric/moments.js';
import { cellsOf, type Points } from './complete-rows.js';

/** Directions with a smaller share of the largest spread than this hold rounding only (numpy `pinv`). */
const CUT = 1e-15;

/** Serialisable: what a row is compared with. */
export interface MahalanobisModel {
  readonly means: readonly number[];
  /** Directions of the covariance with a spread, and 1 / their variance. */
  readonly directions: ReadonlyArray<{ readonly vector: readonly number[]; readonly precision: number }>;
}

function covariance(points: Points, means: readonly number[]): Float64Array {
  const { cells, width, count } = points;
  const matrix = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let at = 0; at < cells.length; at += width)
        sum += ((cells[at + i] as number) - (means[i] as number)) * ((cells[at + j] as number) - (means[j] as number));
      matrix[i * width + j] = sum / (count - 1);
      matrix[j * width + i] = sum / (count - 1);
    }
  }
  return matrix;
}

/** Means and pseudo-inverse of the covariance (divisor n - 1) of the reference; or why there are none. */
export function fitMahalanobis(reference: Points): MahalanobisModel | string {
  if (reference.count < 2) return 'fewer than two complete reference rows';
  const means = Array.from({ length: reference.width }, (_, i) => momentsOf(cellsOf(reference, i)).mean);
  const matrix = covariance(reference, means);
  if (!matrix.every(Number.isFinite)) return 'the spread of a feature overflows';
  const { values, vectors } = symmetricEigen(matrix, reference.width);
  const largest = Math.max(...values.map(Math.abs));
  if (largest === 0) return 'every feature is constant in the reference';
  const directions = vectors.flatMap((vector, at) => {
    const value = values[at] as number;
    return Math.abs(value) > CUT * largest ? [{ vector: Array.from(vector), precision: 1 / value }] : [];
  });
  return { means, directions };
}

/**
 * Squared Mahalanobis distances `(x - m)' S^+ (x - m)`, m and S the mean and covariance of the reference, S^+ its
 * Moore-Penrose inverse. No unit, at least 0; chi-square with one degree of freedom for each feature where the reference is
 * normal. Source: P. Mahalanobis (1936); numpy `pinv`.
 */
export function mahalanobisSquared({ means, directions }: MahalanobisModel, points: Points): Float64Array {
  const { cells, width, count } = points;
  return Float64Array.from({ length: count }, (_, row) => {
    let square = 0;
    for (const { vector, precision } of directions) {
      let along = 0;
      for (let i = 0; i < width; i++)
        along += ((cells[row * width + i] as number) - (means[i] as number)) * (vector[i] as number);
      square += along * along * precision;
    }
    return square;
  });
}
