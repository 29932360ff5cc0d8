/**
 * From feature values to numbers: numeric features are standardised, categories become one column per level seen in
 * training. A level that training never saw gives zeros in all columns of its feature, a missing number the training
 * mean; both are silent, which is why a monitor has to look at what is fed.
 */
import type { DesignMatrix } from './logistic.js';

/** A value as the prediction log keeps it. */
export type FeatureValue = number | string | boolean | null;
export type FeatureValues = Readonly<Record<string, FeatureValue>>;

export interface FeatureNames {
  readonly numeric: readonly string[];
  readonly categorical: readonly string[];
}

export interface Encoding {
  readonly numeric: ReadonlyArray<{ readonly name: string; readonly mean: number; readonly deviation: number }>;
  readonly categorical: ReadonlyArray<{ readonly name: string; readonly levels: readonly string[] }>;
}

/** The number that a cell holds, or NaN: text that reads as a number counts as one, as it does for most serving code. */
function numberOf(value: FeatureValue | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' && value.trim() !== '') return Number(value);
  return Number.NaN;
}

/** Learns mean, deviation (population, as scikit-learn's StandardScaler) and levels from the training rows. */
export function learnEncoding(rows: readonly FeatureValues[], names: FeatureNames): Encoding {
  const numeric = names.numeric.map((name) => {
    const present = rows.map((row) => numberOf(row[name])).filter(Number.isFinite);
    const mean = present.reduce((sum, value) => sum + value, 0) / Math.max(present.length, 1);
    const variance = present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(present.length, 1);
    // A constant column would divide by zero; with deviation 1 it stays at zero, and its weight with it.
    return { name, mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
  });
  const categorical = names.categorical.map((name) => {
    const levels = new Set<string>();
    for (const row of rows) {
      const value = row[name];
      if (value !== null && value !== undefined) levels.add(String(value));
    }
    return { name, levels: [...levels].sort() };
  });
  return { numeric, categorical };
}

/** Names of the design's columns, in order: `balance`, …, `job=student`, …. */
function columnNames(encoding: Encoding): readonly string[] {
  return [
    ...encoding.numeric.map(({ name }) => name),
    ...encoding.categorical.flatMap(({ name, levels }) => levels.map((level) => `${name}=${level}`)),
  ];
}

export function encode(rows: readonly FeatureValues[], encoding: Encoding): DesignMatrix {
  const columns = columnNames(encoding).length;
  const values = new Float64Array(rows.length * columns);
  const offsets = levelOffsets(encoding);
  rows.forEach((row, i) => {
    const start = i * columns;
    encoding.numeric.forEach(({ name, mean, deviation }, j) => {
      const value = numberOf(row[name]);
      values[start + j] = Number.isFinite(value) ? (value - mean) / deviation : 0;
    });
    for (const [name, positions] of offsets) {
      const position = positions.get(String(row[name]));
      if (position !== undefined) values[start + position] = 1;
    }
  });
  return { rows: rows.length, columns, values };
}

function levelOffsets(encoding: Encoding): ReadonlyArray<readonly [string, ReadonlyMap<string, number>]> {
  let next = encoding.numeric.length;
  return encoding.categorical.map(({ name, levels }) => {
    const positions = new Map<string, number>();
    for (const level of levels) {
      positions.set(level, next);
      next += 1;
    }
    return [name, positions] as const;
  });
}
