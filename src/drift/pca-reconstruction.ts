/** Drift of all features together: how badly a few main directions of the reference describe the rows. */

import { absent, conventional, type Estimate, measured } from '../model/estimate.js';
import type { CategoryColumn, Column, Frame, NumericColumn } from '../model/frame.js';
import { byCodePoint } from '../model/text-order.js';
import { symmetricEigen } from '../numeric/linear-algebra.js';
import { compensatedSum, momentsOf, standardDeviation } from '../numeric/moments.js';

/** The components kept explain more than this share of the variance. */
const EXPLAINED = 0.65;

export interface PcaDrift {
  /** Directions kept. */
  readonly components: Estimate;
  /** Mean reconstruction error of the reference's own rows. */
  readonly reference: Estimate;
  /** Mean reconstruction error of the current rows. */
  readonly current: Estimate;
}

type Encode = (column: Column) => Float64Array;

function encodeNumeric(reference: NumericColumn): Encode {
  const present = reference.values.filter((value) => !Number.isNaN(value));
  const filler = compensatedSum(present) / present.length;
  return (column) =>
    column.kind === 'numeric' ? column.values.map((v) => (Number.isNaN(v) ? filler : v)) : new Float64Array(0);
}

/** Shares of the categories in the reference, the missing ones counted to the most frequent; unseen ones have 0. */
function encodeCategory(reference: CategoryColumn): Encode {
  const counts = new Float64Array(reference.levels.length);
  let missing = 0;
  for (const code of reference.codes) {
    if (code < 0) missing++;
    else counts[code] = (counts[code] ?? 0) + 1;
  }
  let most = 0;
  reference.levels.forEach((level, at) => {
    const gap = (counts[at] as number) - (counts[most] as number);
    if (gap > 0 || (gap === 0 && byCodePoint(level, reference.levels[most] as string) < 0)) most = at;
  });
  counts[most] = (counts[most] as number) + missing;
  const shareOf = new Map(
    reference.levels.map((level, at) => [level, (counts[at] as number) / reference.codes.length]),
  );
  const filler = shareOf.get(reference.levels[most] as string) as number;
  return (column) => {
    if (column.kind !== 'category') return new Float64Array(0);
    const shares = column.levels.map((level) => shareOf.get(level) ?? 0);
    return Float64Array.from(column.codes, (code) => (code < 0 ? filler : (shares[code] as number)));
  };
}

interface Scaled {
  readonly reference: readonly Float64Array[];
  readonly current: readonly Float64Array[];
}

function hasValue(column: Column): boolean {
  return column.kind === 'numeric' ? column.values.some((v) => !Number.isNaN(v)) : column.codes.some((c) => c >= 0);
}

/** Every feature as numbers, standardised by the reference (divisor n; a constant one is only centred); or why not. */
function scale(reference: Frame, current: Frame, features: readonly string[]): Scaled | string {
  const scaled = { reference: [] as Float64Array[], current: [] as Float64Array[] };
  for (const name of features) {
    const [before, now] = [reference.columns.get(name), current.columns.get(name)];
    if (before === undefined || now?.kind !== before.kind) return `the feature ${name} is not the same in both periods`;
    if (!hasValue(before)) return `the feature ${name} has no value in the reference`;
    const encode = before.kind === 'numeric' ? encodeNumeric(before) : encodeCategory(before);
    const values = encode(before);
    const moments = momentsOf(values);
    const deviation = standardDeviation(moments, 0);
    if (deviation === Infinity) return `the spread of the feature ${name} overflows`;
    const constant = deviation <= 10 * Number.EPSILON * Math.abs(moments.mean);
    const standardise = (value: number): number => (value - moments.mean) / (constant ? 1 : deviation);
    scaled.reference.push(values.map(standardise));
    scaled.current.push(encode(now).map(standardise));
  }
  const finite = [...scaled.reference, ...scaled.current].every((column) => column.every(Number.isFinite));
  return finite ? scaled : 'an infinite value in a feature';
}

function covariance(columns: readonly Float64Array[]): Float64Array {
  const n = columns.length;
  const matrix = new Float64Array(n * n);
  columns.forEach((a, i) => {
    columns.slice(i).forEach((b, offset) => {
      let sum = 0;
      for (let row = 0; row < a.length; row++) sum += (a[row] as number) * (b[row] as number);
      matrix[i * n + i + offset] = sum / a.length;
      matrix[(i + offset) * n + i] = sum / a.length;
    });
  });
  return matrix;
}

/** Mean length of what the kept directions leave of a row. */
function meanError(columns: readonly Float64Array[], kept: readonly Float64Array[]): number {
  const rows = columns[0]?.length ?? 0;
  const lengths = new Float64Array(rows);
  const rest = new Float64Array(columns.length);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < rest.length; i++) rest[i] = (columns[i] as Float64Array)[row] as number;
    for (const direction of kept) {
      let along = 0;
      for (let i = 0; i < rest.length; i++) along += (rest[i] as number) * (direction[i] as number);
      for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] as number) - along * (direction[i] as number);
    }
    let square = 0;
    for (const part of rest) square += part * part;
    lengths[row] = Math.sqrt(square);
  }
  return compensatedSum(lengths) / rows;
}

/**
 * A reference without spread has no main direction. scikit-learn's solvers then keep one all the same: the first feature's,
 * or the last one's where there are ten rows or more a feature. The errors are those beside it, marked degenerate.
 */
function withoutSpread({ reference, current }: Scaled, rows: number, currentRows: number): PcaDrift {
  const kept = new Float64Array(reference.length);
  kept[rows >= 10 * reference.length ? reference.length - 1 : 0] = 1;
  return {
    components: conventional(1, rows),
    reference: conventional(meanError(reference, [kept]), rows),
    current: conventional(meanError(current, [kept]), currentRows),
  };
}

/**
 * Reconstruction error of the principal components: features as numbers (a category as its share in the reference, an
 * unseen one 0; missing cells as the reference's mean or most frequent category), standardised by the reference, projected
 * on its fewest components that explain more than 65 % of the variance; the mean Euclidean length of what is lost. No unit,
 * at least 0; compare the current error with the reference's: either way off means drift. n: rows of the period. Degenerate
 * where the reference has no spread, as for a single row. No value where a feature is empty, infinite or of another kind. Source: NannyML 0.13.1
 * `DataReconstructionDriftCalculator`.
 */
export function pcaReconstruction(reference: Frame, current: Frame, features: readonly string[]): PcaDrift {
  const none = (why: string): PcaDrift => ({
    components: absent(reference.rows, why),
    reference: absent(reference.rows, why),
    current: absent(current.rows, why),
  });
  if (features.length === 0) return none('no feature');
  if (reference.rows < 1 || current.rows < 1) return none('too few rows');
  const scaled = scale(reference, current, features);
  if (typeof scaled === 'string') return none(scaled);
  const { values, vectors } = symmetricEigen(covariance(scaled.reference), features.length);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (!(total > 0)) return withoutSpread(scaled, reference.rows, current.rows);
  let explained = 0;
  let kept = 0;
  while (kept < values.length && explained / total <= EXPLAINED) explained += Math.max(0, values[kept++] as number);
  return {
    components: { value: kept, n: reference.rows },
    reference: measured(meanError(scaled.reference, vectors.slice(0, kept)), reference.rows),
    current: measured(meanError(scaled.current, vectors.slice(0, kept)), current.rows),
  };
}
