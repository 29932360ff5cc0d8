/** Quality of a window from the profile of its hours. Figures and their names are those of `measureQuality` and `measureFlow`. */

import { absent, type Estimate, figureOf } from '../model/estimate.js';
import type { Figure } from '../model/figure.js';
import type { Roles } from '../model/frame.js';
import type { HourColumn } from '../profile/hourly/columns/hour-column.js';
import { type NumericSample, sampleOf } from '../profile/hourly/columns/numeric-sample.js';
import type { HourProfile } from '../profile/hourly/hour-profile.js';
import { NEEDS_ROWS } from '../profile/hourly/needs-rows.js';
import { watchedColumns } from '../profile/reference-profile.js';
import { anyColumn, categoryAgainstReference, categoryColumn } from './catalogue.js';
import { categoryAgainstProfile, categoryFromProfile } from './category-from-profile.js';
import { freshness, orphanShare } from './measure-flow.js';
import { type QualitySelection, wantedBy, windowFigures } from './measure-quality.js';
import { numericAgainstProfile, numericFromProfile } from './numeric-from-profile.js';

export interface QualityFromProfileOptions {
  readonly metrics: QualitySelection;
  /** What the range and the categories are compared with. Without it those figures are not measured. */
  readonly reference?: ReadonlyMap<string, HourColumn>;
  /** End of the window, milliseconds since the epoch; without it freshness has no value. */
  readonly windowEnd?: number;
}

const ON = 'current';

type Add = (
  metric: string,
  place: string,
  subject: { column?: string; pair?: readonly [string, string] },
  estimate: () => Estimate,
) => void;

function addNumeric(add: Add, sample: NumericSample, against: NumericSample | undefined): void {
  const { name: column } = sample.column;
  for (const [metric, measure] of numericFromProfile)
    add(metric, `${column}/${metric}`, { column }, () => measure(sample));
  if (!against) return;
  for (const [metric, measure] of numericAgainstProfile) {
    add(metric, `${column}/${metric}`, { column }, () => measure(sample, against));
  }
}

function addColumn(add: Add, column: HourColumn, against: HourColumn | undefined): void {
  const { name } = column;
  for (const [metric, measure] of anyColumn) add(metric, `${name}/${metric}`, { column: name }, () => measure(column));
  if (column.kind === 'numeric') {
    addNumeric(add, sampleOf(column), against?.kind === 'numeric' ? sampleOf(against) : undefined);
    return;
  }
  for (const metric of categoryColumn.keys()) {
    add(metric, `${name}/${metric}`, { column: name }, () => categoryFromProfile(metric, column));
  }
  if (against?.kind !== 'category') return;
  for (const metric of categoryAgainstReference.keys()) {
    add(metric, `${name}/${metric}`, { column: name }, () => categoryAgainstProfile(metric, column, against));
  }
}

/** What `measureQuality` takes from rows. */
function addOfRows(add: Add, rows: number, { numeric, categorical }: Roles): void {
  add('duplicate_rows', 'duplicate_rows', {}, () => absent(rows, NEEDS_ROWS));
  const pairs = (metric: string, names: readonly string[]): void => {
    names.forEach((a, at) => {
      for (const b of names.slice(at + 1)) {
        add(metric, `${metric}/${a}~${b}`, { pair: [a, b] }, () => absent(0, NEEDS_ROWS));
      }
    });
  };
  pairs('pearson', numeric);
  pairs('spearman', numeric);
  pairs('cramers_v', categorical);
}

function addFlow(add: Add, { columns, flow }: HourProfile, roles: Roles, windowEnd: number | undefined): void {
  const { times, labels } = flow;
  if (times) add('freshness', 'freshness', {}, () => freshness(times, windowEnd));
  const answers =
    roles.task === 'regression'
      ? [roles.prediction]
      : roles.task === 'binary'
        ? [roles.score]
        : (roles.scores ?? []).map(([, name]) => name);
  const answered = answers.some((name) => name !== undefined && columns.has(name));
  if (answered) add('stuck_share', 'stuck_share', {}, () => absent(0, NEEDS_ROWS));
  if (roles.label !== undefined) add('orphan_share', 'orphan_share', {}, () => orphanShare(labels));
}

/** Quality of the window that the hours make up; each figure of the rows, or within its bound, or without a value. */
export function measureQualityFromProfile(
  hours: HourProfile,
  roles: Roles,
  options: QualityFromProfileOptions,
): Figure[] {
  const wanted = wantedBy(options.metrics);
  const figures = windowFigures(hours, ON, wanted);
  const add: Add = (metric, place, subject, estimate) => {
    if (!wanted(metric)) return;
    const name = { ...subject, on: ON, family: 'quality', metric, id: `quality/${ON}/${place}` } as const;
    figures.push(figureOf(name, estimate()));
  };
  for (const name of watchedColumns(roles)) {
    const column = hours.columns.get(name);
    if (column) addColumn(add, column, options.reference?.get(name));
  }
  addOfRows(add, hours.rows, roles);
  addFlow(add, hours, roles, options.windowEnd);
  return figures;
}
