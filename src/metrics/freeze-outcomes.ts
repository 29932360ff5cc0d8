/** What a reference fixes for the profiles of later outcomes. */

import type { Figure } from '../model/figure.js';
import type { Roles } from '../model/frame.js';
import { sortDoubles } from '../numeric/sort.js';
import type { FrozenLevels } from '../profile/hourly/outcomes/level-sums.js';
import type { FrozenOutcomes } from '../profile/hourly/outcomes/outcome-profile.js';
import { scoreEdges } from '../profile/hourly/outcomes/score-bins.js';
import type { ColumnProfile, WindowProfile } from '../profile/reference-profile.js';
import { tableOf } from './level-table.js';

/** The numbers of a column, rising; those of texts once each, for their profile holds them so. */
function sortedNumbers(column: ColumnProfile | undefined): Float64Array {
  if (column === undefined) return new Float64Array(0);
  if (column.kind === 'numeric') return column.sorted;
  const numbers = column.levels.map((text) => (text.trim() === '' ? NaN : Number(text)));
  return sortDoubles(Float64Array.from(numbers.filter(Number.isFinite)));
}

/** The tables of the reference by level, in the order of its figures. */
function levelsOf(figures: readonly Figure[]): FrozenLevels[] {
  return figures.flatMap(({ family, metric, on, column, value }): FrozenLevels[] => {
    const isTable = family === 'performance' && on === 'reference' && metric.endsWith('_by_level');
    const table = isTable ? tableOf(value) : undefined;
    return table === undefined ? [] : [{ feature: column, slots: table.map(({ kind, name }) => ({ kind, name })) }];
  });
}

/** From the stored profile and figures of a reference; the same for every window that is held against it. */
export function freezeOutcomes(profile: WindowProfile, figures: readonly Figure[], roles: Roles): FrozenOutcomes {
  const scores = roles.task === 'multiclass' ? (roles.scores ?? []).map(([, column]) => column) : [roles.score];
  const named = scores.filter((name) => name !== undefined);
  const label = roles.label === undefined ? undefined : profile.columns.get(roles.label);
  const mean = roles.task === 'regression' && label?.kind === 'numeric' ? label.moments.mean : 0;
  return {
    edges: named.map((name) => scoreEdges(sortedNumbers(profile.columns.get(name)), named.length)),
    levels: levelsOf(figures),
    labelCentre: Number.isFinite(mean) ? mean : 0,
  };
}
