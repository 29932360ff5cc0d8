/** What is known of the levels of a column from its profile. */

import type { CategoryProfile } from '../../category-profile.js';
import type { HourCategory } from './hour-column.js';

/** Rows whose level has no count of its own. */
export const unnamedRows = ({ knownOther, newOther }: HourCategory): number => knownOther + newOther;

/** The levels that have a count of their own; all of them where no row is unnamed. */
export function namedLevels({ name, rows, missing, frozen, counts, added }: HourCategory): CategoryProfile {
  const levels: string[] = [];
  const rowsOf: number[] = [];
  frozen.levels.forEach((level, at) => {
    if (counts[at] === 0) return;
    levels.push(level);
    rowsOf.push(counts[at] as number);
  });
  for (const [level, count] of added) {
    levels.push(level);
    rowsOf.push(count);
  }
  return { kind: 'category', name, rows, missing, levels, counts: Float64Array.from(rowsOf) };
}

/** How many levels the unnamed rows have, at least and at most. */
export function unnamedLevels({ frozen, knownOther, newOther }: HourCategory): readonly [least: number, most: number] {
  const known = Math.min(knownOther, frozen.places.size - frozen.levels.length);
  return [Number(knownOther > 0) + Number(newOther > 0), known + newOther];
}
