/** The measuring of one window from the profiles of its hours, family by family: `measureWindow` without the rows. */

import { measureDriftFromProfile } from '../drift/drift-from-profile.js';
import type { Figure, FigureFamily } from '../model/figure.js';
import type { Roles } from '../model/frame.js';
import type { MetricSelection } from '../model/metric-description.js';
import type { HourColumn } from '../profile/hourly/columns/hour-column.js';
import type { HourProfile } from '../profile/hourly/hour-profile.js';
import { measureQualityFromProfile } from '../quality/quality-from-profile.js';
import { measureRuntimeFromProfile } from '../runtime/runtime-from-profile.js';

export interface ProfileOptions {
  readonly metrics: MetricSelection;
  /** Other families are left out. */
  readonly families: readonly FigureFamily[];
  readonly windowSeconds?: number;
  /** End of the window, milliseconds since the epoch; without it freshness has no value. */
  readonly windowEnd?: number;
  /** Two-sided confidence of the intervals; 0.99 unless given. */
  readonly confidence?: number;
}

/**
 * Figures of quality, drift and run-time of the window that the hours make up, with the ids that `measureWindow` gives them.
 * The reference is its own profile (`referenceColumns`), or hours added up. Each figure is that of the rows, or has a
 * `bound` within which that of the rows lies, or has no value and says why.
 */
export function measureProfiles(
  current: HourProfile,
  reference: ReadonlyMap<string, HourColumn> | null,
  roles: Roles,
  { metrics, families, windowSeconds, windowEnd, confidence }: ProfileOptions,
): Figure[] {
  const figures: Figure[] = [];
  if (families.includes('quality')) {
    const against = { ...(reference && { reference }), ...(windowEnd !== undefined && { windowEnd }) };
    figures.push(...measureQualityFromProfile(current, roles, { metrics, ...against }));
  }
  if (families.includes('drift') && reference) {
    figures.push(...measureDriftFromProfile(reference, current.columns, roles, metrics));
  }
  if (families.includes('runtime')) {
    const given = {
      ...(windowSeconds !== undefined && { windowSeconds }),
      ...(confidence !== undefined && { confidence }),
    };
    const all = measureRuntimeFromProfile(current, given);
    figures.push(...(typeof metrics === 'string' ? all : all.filter(({ metric }) => metrics.includes(metric))));
  }
  return figures;
}
