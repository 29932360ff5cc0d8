/** All quality figures of one window, or of a window against its reference. */

import { absent, type Estimate, figureOf, measured } from '../model/estimate.js';
import type { Figure, FigureSubject, Period } from '../model/figure.js';
import type { Column, Frame, Roles } from '../model/frame.js';
import { type ColumnProfile, watchedColumns, type WindowProfile } from '../profile/reference-profile.js';
import {
  anyColumn,
  categoryAgainstReference,
  categoryColumn,
  numericAgainstReference,
  numericColumn,
  PROFILE_METRICS_ON_REQUEST,
  ROW_METRICS,
  WINDOW_METRICS,
} from './catalogue.js';
import { type Correlated, cramersV, pearson, spearman } from './correlation.js';
import { duplicateRows } from './duplicate-rows.js';
import { shareOf } from './numeric-quality.js';

/** `default`: all but those that need rows or pairs, or add nothing to the others; `all`; or metrics by name. */
export type QualitySelection = 'default' | 'all' | readonly string[];

export interface QualityOptions {
  readonly metrics?: QualitySelection;
  /** What the range and the categories are compared with. Without it those figures are not measured. */
  readonly reference?: WindowProfile;
  /** Rows of the window, for duplicates and correlations. Without them those have no value. */
  readonly frame?: Frame;
  /** Rows of the reference, for changes of correlations. Without them those are not measured. */
  readonly referenceFrame?: Frame;
}

type Wanted = (metric: string) => boolean;

/** Whether a metric is among those selected. */
export function wantedBy(selection: QualitySelection): Wanted {
  if (selection === 'all') return () => true;
  if (selection === 'default') {
    const onRequest = new Set<string>([...ROW_METRICS, ...PROFILE_METRICS_ON_REQUEST]);
    return (metric) => !onRequest.has(metric);
  }
  const names = new Set(selection);
  return (metric) => names.has(metric);
}

function nameOf(metric: string, place: string, subject: FigureSubject): Parameters<typeof figureOf>[0] {
  return { ...subject, family: 'quality', metric, id: `quality/${subject.on}/${place}` };
}

/** Figures of one column, those against the reference where `against` is of the same kind. */
export function columnQuality(
  column: ColumnProfile,
  against: ColumnProfile | undefined,
  on: Period,
  wanted: Wanted,
): Figure[] {
  const figures: Figure[] = [];
  const add = (metric: string, measure: () => Estimate): void => {
    if (!wanted(metric)) return;
    const { name } = column;
    // Written out: this makes most of a window's figures.
    const figureName = { on, column: name, family: 'quality', metric, id: `quality/${on}/${name}/${metric}` } as const;
    figures.push(figureOf(figureName, measure()));
  };
  for (const [metric, measure] of anyColumn) add(metric, () => measure(column));
  if (column.kind === 'numeric') {
    for (const [metric, measure] of numericColumn) add(metric, () => measure(column));
    if (against?.kind === 'numeric')
      for (const [metric, measure] of numericAgainstReference) add(metric, () => measure(column, against));
  } else {
    for (const [metric, measure] of categoryColumn) add(metric, () => measure(column));
    if (against?.kind === 'category')
      for (const [metric, measure] of categoryAgainstReference) add(metric, () => measure(column, against));
  }
  return figures;
}

/**
 * Volume: rows of the window that are measured, duplicates and unusable rows left out. `duplicate_id_share` and
 * `poison_share`: of the rows as read, those dropped because their id had been seen, and those set aside because a needed
 * cell could not be used; in [0, 1], lower is better, with Wilson interval, n: rows read.
 */
export function windowFigures(profile: Pick<WindowProfile, 'rows' | 'intake'>, on: Period, wanted: Wanted): Figure[] {
  const { intake, rows } = profile;
  const estimates: Record<(typeof WINDOW_METRICS)[number], Estimate> = {
    volume: { value: rows, n: rows },
    duplicate_id_share: shareOf(intake.duplicateIds, intake.read),
    poison_share: shareOf(intake.poison, intake.read),
  };
  return WINDOW_METRICS.filter(wanted).map((metric) => figureOf(nameOf(metric, metric, { on }), estimates[metric]));
}

const NEEDS_ROWS = 'needs the rows of the window, not its profile';

function columnsOf<K extends Column['kind']>(
  frame: Frame,
  names: readonly string[],
  kind: K,
): Array<Extract<Column, { kind: K }>> {
  return names.flatMap((name) => {
    const column = frame.columns.get(name);
    return column?.kind === kind ? [column as Extract<Column, { kind: K }>] : [];
  });
}

function changeOf(current: Estimate, reference: Estimate): Estimate {
  const n = Math.min(current.n, reference.n);
  if (typeof current.value !== 'number' || typeof reference.value !== 'number')
    return absent(n, 'undefined on one side');
  return measured(current.value - reference.value, n);
}

/** Correlations of all pairs of features, and their change (current less reference) where both periods' rows are given. */
function pairFigures(frame: Frame, roles: Roles, on: Period, before: Frame | undefined, wanted: Wanted): Figure[] {
  const figures: Figure[] = [];
  const add = (metric: string, period: Period, a: string, b: string, estimate: Estimate): void => {
    const subject = { on: period, pair: [a, b] as const };
    figures.push(figureOf(nameOf(metric, `${metric}/${a}~${b}`, subject), estimate));
  };
  for (const [metric, measure] of [
    ['pearson', pearson],
    ['spearman', spearman],
  ] as const) {
    const change = on === 'current' && before && wanted(`${metric}_change`) ? before : undefined;
    if (!wanted(metric) && !change) continue;
    const here = measure(columnsOf(frame, roles.numeric, 'numeric'));
    if (wanted(metric)) for (const { a, b, estimate } of here) add(metric, on, a, b, estimate);
    if (!change) continue;
    const keyOf = ({ a, b }: Correlated): string => JSON.stringify([a, b]);
    const earlier = new Map(measure(columnsOf(change, roles.numeric, 'numeric')).map((pair) => [keyOf(pair), pair]));
    for (const pair of here) {
      const old = earlier.get(keyOf(pair));
      if (old) add(`${metric}_change`, 'both', pair.a, pair.b, changeOf(pair.estimate, old.estimate));
    }
  }
  if (wanted('cramers_v'))
    for (const { a, b, estimate } of cramersV(columnsOf(frame, roles.categorical, 'category')))
      add('cramers_v', on, a, b, estimate);
  return figures;
}

/**
 * Quality figures of a window: of the window as a whole, of every feature, prediction and score, and on request of rows
 * and pairs. `on` names the period that the profile is of; figures against the reference need `options.reference`.
 */
export function measureQuality(
  profile: WindowProfile,
  roles: Roles,
  on: 'reference' | 'current',
  options: QualityOptions = {},
): Figure[] {
  const wanted = wantedBy(options.metrics ?? 'default');
  const figures = windowFigures(profile, on, wanted);
  for (const name of watchedColumns(roles)) {
    const column = profile.columns.get(name);
    if (column === undefined) continue;
    figures.push(...columnQuality(column, options.reference?.columns.get(name), on, wanted));
  }
  if (wanted('duplicate_rows')) {
    const features = [...roles.numeric, ...roles.categorical];
    const estimate = options.frame ? duplicateRows(options.frame, features) : absent(profile.rows, NEEDS_ROWS);
    figures.push(figureOf(nameOf('duplicate_rows', 'duplicate_rows', { on }), estimate));
  }
  if (options.frame) figures.push(...pairFigures(options.frame, roles, on, options.referenceFrame, wanted));
  return figures;
}
