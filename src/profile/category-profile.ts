/** What is kept of a categorical column of one window. */

import type { CategoryColumn } from '../model/frame.js';

/** Levels that occur, in order of first appearance in the dictionary, with their counts. */
export interface CategoryProfile {
  readonly kind: 'category';
  readonly name: string;
  readonly rows: number;
  readonly missing: number;
  readonly levels: readonly string[];
  /** Rows of each level; each at least 1. */
  readonly counts: Float64Array;
}

/** Profile of a column; levels of the dictionary that do not occur are left out. */
export function profileCategory(column: CategoryColumn): CategoryProfile {
  const { codes, levels } = column;
  const counts = new Float64Array(levels.length);
  let missing = 0;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    if (code < 0) missing++;
    else counts[code] = (counts[code] ?? 0) + 1;
  }
  const head = { kind: 'category', name: column.name, rows: codes.length, missing } as const;
  if (counts.every((count) => count > 0)) return { ...head, levels, counts };
  return { ...head, levels: levels.filter((_, code) => (counts[code] ?? 0) > 0), counts: counts.filter((c) => c > 0) };
}
