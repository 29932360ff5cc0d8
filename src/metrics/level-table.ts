/** Which levels of a column the reference fixes for its outcomes, and the table as the value of a figure. */

import type { FigureValue } from '../model/figure.js';
import type { Column } from '../model/frame.js';
import { byCodePoint } from '../model/text-order.js';
import { quantileSorted } from '../numeric/quantile.js';
import { sortDoubles } from '../numeric/sort.js';
import { type Level, type LevelSlot, tableBy } from '../profile/level-outcomes.js';

/** Most levels of a table; what is rarer counts as one. */
const MOST_LEVELS = 30;
/** Bins of a score or a predicted number. */
const BINS = 10;

const MISSING: LevelSlot = { kind: 'missing', name: '' };
const OTHER: LevelSlot = { kind: 'other', name: '' };

/** Edges at the deciles of the values; equal ones once, the lowest open. */
function binsOf(values: Float64Array, outcomes: Float64Array): LevelSlot[] {
  const sorted = sortDoubles(values.filter((value, row) => !Number.isNaN(value) && !Number.isNaN(outcomes[row])));
  if (sorted.length === 0) return [];
  const edges = new Set([-Infinity]);
  for (let bin = 1; bin < BINS; bin++) edges.add(quantileSorted(sorted, bin / BINS));
  edges.delete(sorted[0] as number);
  return [...edges].map((edge) => ({ kind: 'from', name: String(edge) }));
}

/**
 * The table of a reference, which fixes the levels: the most frequent categories, or ten bins at the deciles, then
 * missing values and the rest. Categories of fewer than `smallest` rows are pooled, and so is one more where the pool
 * would otherwise be that small itself.
 */
export function referenceTable(column: Column, outcomes: Float64Array, smallest: number): Level[] {
  if (column.kind === 'numeric') {
    return tableBy(column, outcomes, [...binsOf(column.values, outcomes), MISSING, OTHER]);
  }
  const all = column.levels.map((name): LevelSlot => ({ kind: 'level', name }));
  const kept = tableBy(column, outcomes, [...all, MISSING, OTHER])
    .filter(({ kind, n }) => kind === 'level' && n > 0)
    .sort((a, b) => b.n - a.n || byCodePoint(a.name, b.name));
  let pooled = 0;
  for (let last = kept.at(-1); last !== undefined; last = kept.at(-1)) {
    const fits = kept.length <= MOST_LEVELS && last.n >= smallest && (pooled === 0 || pooled >= smallest);
    if (fits) break;
    pooled += last.n;
    kept.pop();
  }
  const slots = kept.map(({ kind, name }): LevelSlot => ({ kind, name }));
  return tableBy(column, outcomes, [...slots, MISSING, OTHER]);
}

/** The table as a figure's value. */
export function tableValue(table: readonly Level[]): FigureValue {
  return table.map(({ kind, name, n, sum, squares }) => [kind, name, n, sum, squares]);
}

/** The table of a figure's value; `undefined` where it is none. */
export function tableOf(value: FigureValue | null): readonly Level[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return (value as readonly FigureValue[]).map((row) => {
    const [kind, name, n, sum, squares] = row as unknown as [Level['kind'], string, number, number, number];
    return { kind, name, n, sum, squares };
  });
}
