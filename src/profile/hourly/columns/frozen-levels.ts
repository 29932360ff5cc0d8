/** The dictionary of a column of categories, fixed by the reference. */

import { byCodePoint } from '../../../model/text-order.js';
import type { CategoryProfile } from '../../category-profile.js';

/** Levels with a count of their own; of a reference with more, the most frequent. */
const MOST_LEVELS = 2000;

export interface FrozenCategory {
  readonly kind: 'category';
  /** Levels with a count of their own, in the order of the reference. */
  readonly levels: readonly string[];
  /** Place among them of every level of the reference; -1 of those beyond. */
  readonly places: ReadonlyMap<string, number>;
}

export function categoryOfLevels(levels: readonly string[], others: Iterable<string>): FrozenCategory {
  const places = new Map(levels.map((level, at) => [level, at]));
  for (const level of others) places.set(level, -1);
  return { kind: 'category', levels, places };
}

export function freezeCategory({ levels, counts }: CategoryProfile): FrozenCategory {
  if (levels.length <= MOST_LEVELS) return categoryOfLevels(levels, []);
  const order = levels.map((level, at) => ({ level, count: counts[at] as number }));
  order.sort((a, b) => b.count - a.count || byCodePoint(a.level, b.level));
  const kept = new Set(order.slice(0, MOST_LEVELS).map(({ level }) => level));
  const named = levels.filter((level) => kept.has(level));
  return categoryOfLevels(
    named,
    levels.filter((level) => !kept.has(level)),
  );
}
