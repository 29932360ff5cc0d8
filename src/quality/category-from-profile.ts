/**
 * Quality of one categorical column from the profile of its hours; names, denominators and reasons are those of
 * `categoryColumn`. As long as every row has a level with a count of its own, each figure is that of the rows.
 */

import { absent, type Estimate, measured, measuredBetween } from '../model/estimate.js';
import { namedLevels, unnamedLevels, unnamedRows } from '../profile/hourly/columns/category-sample.js';
import type { HourCategory } from '../profile/hourly/columns/hour-column.js';
import type { CategoryProfile } from '../profile/category-profile.js';
import { categoryAgainstReference, categoryColumn } from './catalogue.js';
import { shareBetween } from './numeric-from-profile.js';

/** What is said of a figure of levels that are counted together. */
const TOO_MANY = 'more categories than profiles count one by one';

interface Counted {
  readonly column: HourCategory;
  readonly named: CategoryProfile;
  readonly n: number;
}

/** The largest count of a single level. */
const largest = ({ named }: Counted): number => named.counts.reduce((most, count) => Math.max(most, count), 0);

const mostUnnamed = ({ column }: Counted): number => Math.max(column.knownOther, column.newOther);

/** Known and new rows are of different levels; else nothing is known of the levels of unnamed rows. */
function entropyBetween({ column, named, n }: Counted): Estimate {
  const ofNamed = named.counts.reduce((sum, count) => sum - (count / n) * Math.log(count / n), 0);
  const parts = [column.knownOther, column.newOther].filter((rows) => rows > 0);
  const least = parts.reduce((sum, rows) => sum - (rows / n) * Math.log(rows / n), ofNamed);
  const most = parts.reduce((sum, rows) => sum + (rows / n) * Math.log(n), ofNamed);
  return measuredBetween(Math.max(0, least), most, n);
}

function singletonsBetween({ column, named, n }: Counted): Estimate {
  const single = named.counts.reduce((sum, count) => sum + Number(count === 1), 0);
  const parts = [column.knownOther, column.newOther];
  const least = parts.reduce((sum, rows) => sum + Number(rows === 1), single);
  return shareBetween(least, single + column.knownOther + column.newOther, n);
}

function distinctBetween({ column, named, n }: Counted): Estimate {
  const [least, most] = unnamedLevels(column);
  return measuredBetween(named.levels.length + least, named.levels.length + most, n);
}

/** Where some rows are unnamed. */
const withUnnamed: ReadonlyMap<string, (counted: Counted) => Estimate> = new Map([
  ['distinct_count', distinctBetween],
  [
    'constant',
    (counted: Counted) => {
      const [least] = unnamedLevels(counted.column);
      return counted.named.levels.length + least > 1 || mostUnnamed(counted) === 1
        ? { value: counted.named.levels.length + least <= 1, n: counted.n }
        : absent(counted.n, TOO_MANY);
    },
  ],
  [
    'mode',
    (counted) =>
      mostUnnamed(counted) >= largest(counted)
        ? absent(counted.n, TOO_MANY)
        : (categoryColumn.get('mode') as (column: CategoryProfile) => Estimate)(counted.named),
  ],
  [
    'mode_share',
    (counted) => {
      const most = Math.max(mostUnnamed(counted), largest(counted));
      return shareBetween(Math.max(1, largest(counted)), most, counted.n);
    },
  ],
  ['entropy', entropyBetween],
  ['singleton_share', singletonsBetween],
]);

/** One figure of a column, by its name. */
export function categoryFromProfile(metric: string, column: HourCategory): Estimate {
  const named = namedLevels(column);
  const unnamed = withUnnamed.get(metric);
  if (unnamedRows(column) > 0 && unnamed) return unnamed({ column, named, n: column.rows - column.missing });
  return (categoryColumn.get(metric) as (column: CategoryProfile) => Estimate)(named);
}

type AgainstLevels = (column: HourCategory, n: number) => Estimate;

const addedRows = ({ added, newOther }: HourCategory): number =>
  [...added.values()].reduce((sum, rows) => sum + rows, newOther);

/** Where some rows are unnamed, against the reference whose levels are frozen: it is known of each row whether its level is new. */
const withUnnamedAgainst: ReadonlyMap<string, AgainstLevels> = new Map<string, AgainstLevels>([
  ['new_categories', (_, n) => absent(n, TOO_MANY)],
  [
    'new_category_count',
    ({ added, newOther }, n) => measuredBetween(added.size + Number(newOther > 0), added.size + newOther, n),
  ],
  ['new_category_rows', (column, n) => measured(addedRows(column), n)],
  ['new_category_share', (column, n) => shareBetween(addedRows(column), addedRows(column), n)],
  [
    'lost_category_count',
    ({ frozen, counts, knownOther }, n) => {
      const unseen = counts.reduce((sum, count) => sum + Number(count === 0), 0);
      const beyond = frozen.places.size - frozen.levels.length;
      return measuredBetween(
        unseen + beyond - Math.min(beyond, knownOther),
        unseen + beyond - Number(knownOther > 0),
        n,
      );
    },
  ],
]);

/** One figure of a column against a reference, by its name. */
export function categoryAgainstProfile(metric: string, column: HourCategory, reference: HourCategory): Estimate {
  const n = column.rows - column.missing;
  const measure = categoryAgainstReference.get(metric) as (column: CategoryProfile, of: CategoryProfile) => Estimate;
  const own = reference.ofReference && reference.frozen === column.frozen;
  const named = namedLevels(column);
  if (own) {
    const levels = [...column.frozen.places.keys()];
    const known = { ...namedLevels(reference), levels, counts: new Float64Array(levels.length) };
    const unnamed = withUnnamedAgainst.get(metric);
    const exact = unnamedRows(column) === 0 || (metric === 'new_categories' && column.newOther === 0);
    return exact || unnamed === undefined ? measure(named, known) : unnamed(column, n);
  }
  if (unnamedRows(column) > 0 || unnamedRows(reference) > 0) return absent(n, TOO_MANY);
  return measure(named, namedLevels(reference));
}
