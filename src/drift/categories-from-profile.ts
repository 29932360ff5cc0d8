/** Drift of one categorical column from the profiles of both periods; measures and their names are those of `categoryMeasures`. */

import { absent, type Estimate, measuredBetween } from '../model/estimate.js';
import type { CategoryProfile } from '../profile/category-profile.js';
import { namedLevels, unnamedRows } from '../profile/hourly/columns/category-sample.js';
import type { HourCategory } from '../profile/hourly/columns/hour-column.js';
import { categoryMeasures } from './catalogue.js';
import { CategoryPair } from './category-pair.js';
import { chi2Statistic, chiSquareP } from './chi-square.js';
import { psiTerm } from './decile-boxes.js';
import { FLOOR, psiOfCategories } from './population-stability.js';

const TOO_MANY = 'more categories than profiles count one by one';

/** As one level more: one that no row has. */
function withUnnamed(profile: CategoryProfile, rows: number): CategoryProfile {
  let name = '';
  while (profile.levels.includes(name)) name += '\u0000';
  return { ...profile, levels: [...profile.levels, name], counts: Float64Array.from([...profile.counts, rows]) };
}

/** Chi-square and what follows from it, and the shares that only the current period has, add up over categories that are new. */
const ADDITIVE: ReadonlySet<string> = new Set(['chi2_statistic', 'cramers_v', 'total_variation', 'jensen_shannon']);

/** The index of new categories with a share together: none, up to what it is where they are all alike, or all one. */
function psiOfNew(rows: number, total: number): number {
  const perShare = (share: number): number => psiTerm(FLOOR, share) / share;
  return (rows / total) * Math.max(perShare(1 / total), perShare(rows / total));
}

/** `unnamed` rows of the current period are of categories that the reference does not have, nobody knows how many. */
function withNewOnes(metric: string, reference: CategoryProfile, current: CategoryProfile, unnamed: number): Estimate {
  const pair = new CategoryPair(reference, withUnnamed(current, unnamed));
  const measure = categoryMeasures.get(metric);
  if (ADDITIVE.has(metric) && measure) return measure(pair);
  if (metric === 'chi2_p') {
    const { value } = chi2Statistic(pair);
    if (typeof value !== 'number') return absent(pair.n, TOO_MANY);
    const fewest = pair.levels.length;
    return measuredBetween(chiSquareP(value, fewest), chiSquareP(value, fewest + unnamed - 1), pair.n);
  }
  if (metric === 'psi') {
    const { value } = psiOfCategories(pair);
    const asOne = psiTerm(FLOOR, unnamed / pair.currentTotal);
    const others = (value as number) - asOne;
    return measuredBetween(others, others + psiOfNew(unnamed, pair.currentTotal), pair.n);
  }
  return absent(pair.n, TOO_MANY);
}

/** One measure by its name; `undefined` where it does not apply. Both periods hold a value. */
export function categoryDrift(metric: string, reference: HourCategory, current: HourCategory): Estimate | undefined {
  const [before, now] = [namedLevels(reference), namedLevels(current)];
  const n = Math.min(before.rows - before.missing, now.rows - now.missing);
  if (unnamedRows(reference) === 0 && unnamedRows(current) === 0) {
    const pair = new CategoryPair(before, now);
    if (metric === 'z_p' && pair.levels.length > 2) return undefined;
    return categoryMeasures.get(metric)?.(pair);
  }
  if (metric === 'z_p') return undefined;
  const allNew = reference.ofReference && unnamedRows(reference) === 0 && current.knownOther === 0;
  return allNew ? withNewOnes(metric, before, now, current.newOther) : absent(n, TOO_MANY);
}
