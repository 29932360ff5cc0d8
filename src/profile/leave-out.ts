/** A profile less the profile of some of its rows: what is left when one window of a reference is held against the rest. */

import { momentsOf } from '../numeric/moments.js';
import type { CategoryProfile } from './category-profile.js';
import type { NumericProfile } from './numeric-profile.js';
import type { ColumnProfile, WindowProfile } from './reference-profile.js';

/** Values of the first list without those of the second, both rising, each as often as it occurs. */
function without(all: Float64Array, part: Float64Array): Float64Array {
  const rest = new Float64Array(all.length - part.length);
  let kept = 0;
  let at = 0;
  for (let i = 0; i < all.length; i++) {
    if (at < part.length && all[i] === part[at]) at++;
    else {
      if (kept === rest.length) break;
      rest[kept++] = all[i] as number;
    }
  }
  if (at < part.length) throw new RangeError('the part has values that the whole does not have');
  return rest;
}

function numericWithout(all: NumericProfile, part: NumericProfile): NumericProfile {
  const sorted = without(all.sorted, part.sorted);
  return {
    kind: 'numeric',
    name: all.name,
    rows: all.rows - part.rows,
    missing: all.missing - part.missing,
    typeMismatches: all.typeMismatches - part.typeMismatches,
    plusInfinite: all.plusInfinite - part.plusInfinite,
    minusInfinite: all.minusInfinite - part.minusInfinite,
    sorted,
    moments: momentsOf(sorted),
  };
}

function categoryWithout(all: CategoryProfile, part: CategoryProfile): CategoryProfile {
  const left = new Map(all.levels.map((level, at) => [level, all.counts[at] as number]));
  part.levels.forEach((level, at) => {
    const rest = (left.get(level) ?? 0) - (part.counts[at] as number);
    if (rest < 0) throw new RangeError('the part has values that the whole does not have');
    if (rest === 0) left.delete(level);
    else left.set(level, rest);
  });
  return {
    kind: 'category',
    name: all.name,
    rows: all.rows - part.rows,
    missing: all.missing - part.missing,
    levels: [...left.keys()],
    counts: Float64Array.from(left.values()),
  };
}

function columnWithout(all: ColumnProfile, part: ColumnProfile | undefined): ColumnProfile {
  if (all.kind === 'numeric' && part?.kind === 'numeric') return numericWithout(all, part);
  if (all.kind === 'category' && part?.kind === 'category') return categoryWithout(all, part);
  throw new RangeError(`the part has no such column as ${all.name}`);
}

/** Profile of the rows of `all` that are not in `part`. Throws where `part` is not a part; the intake stays the whole's. */
export function profileWithout(all: WindowProfile, part: WindowProfile): WindowProfile {
  const columns = new Map<string, ColumnProfile>();
  for (const [name, column] of all.columns) columns.set(name, columnWithout(column, part.columns.get(name)));
  return { rows: all.rows - part.rows, intake: all.intake, columns };
}
