/** All drift figures of a window against its reference. */

import { absent, type Estimate, figureOf } from '../model/estimate.js';
import type { Figure } from '../model/figure.js';
import type { Roles } from '../model/frame.js';
import type { CategoryProfile } from '../profile/category-profile.js';
import type { NumericProfile } from '../profile/numeric-profile.js';
import { type ColumnProfile, watchedColumns, type WindowProfile } from '../profile/reference-profile.js';
import { categoryMeasures, DEFAULT_DRIFT_METRICS, numericMeasures } from './catalogue.js';
import { CategoryPair } from './category-pair.js';
import { type BothFrames, evidentlyFigures, multivariateFigures } from './measure-dataset-drift.js';
import { NumericPair, type NumericRows } from './numeric-pair.js';

/** `default`: what the default rules judge and people look at; `all`; or measures by name. */
export type DriftSelection = 'default' | 'all' | readonly string[];

export interface DriftOptions {
  readonly metrics?: DriftSelection;
  /** Rows of both periods, for the few measures that need their order. Without them those have no value. */
  readonly frames?: BothFrames;
}

type Wanted = (metric: string) => boolean;

/** Whether a metric is among those selected. */
export function wantedBy(selection: DriftSelection): Wanted {
  if (selection === 'all') return () => true;
  const names = selection === 'default' ? DEFAULT_DRIFT_METRICS : new Set(selection);
  return (metric) => names.has(metric);
}

export function driftFigure(column: string, metric: string, estimate: Estimate): Figure {
  return figureOf({ id: `drift/${column}/${metric}`, family: 'drift', metric, on: 'both', column }, estimate);
}

/** Why two profiles cannot be compared at all, or `undefined`. */
export function refusal(reference: number, current: number, value: string): string | undefined {
  if (reference === 0 && current === 0) return `no ${value} value in either period`;
  if (reference === 0) return `no ${value} value in the reference`;
  return current === 0 ? `no ${value} value in the current window` : undefined;
}

function numericFigures(
  reference: NumericProfile,
  current: NumericProfile,
  rows: NumericRows | undefined,
  wanted: Wanted,
): Figure[] {
  const pair = new NumericPair(reference, current, rows);
  const why = refusal(pair.r.length, pair.k.length, 'finite');
  return [...numericMeasures]
    .filter(([metric]) => wanted(metric))
    .map(([metric, measure]) =>
      driftFigure(reference.name, metric, why === undefined ? measure(pair) : absent(pair.n, why)),
    );
}

function categoryFigures(reference: CategoryProfile, current: CategoryProfile, wanted: Wanted): Figure[] {
  const pair = new CategoryPair(reference, current);
  const why = refusal(pair.referenceTotal, pair.currentTotal, 'present');
  return [...categoryMeasures]
    .filter(([metric]) => wanted(metric) && (metric !== 'z_p' || pair.levels.length <= 2))
    .map(([metric, measure]) =>
      driftFigure(reference.name, metric, why === undefined ? measure(pair) : absent(pair.n, why)),
    );
}

/** Figures without a value for a column that cannot be compared; the kind decides under which names. */
export function absentFigures(column: string, kind: ColumnProfile['kind'], why: string, wanted: Wanted): Figure[] {
  const measures = kind === 'numeric' ? numericMeasures : categoryMeasures;
  return [...measures.keys()]
    .filter((metric) => wanted(metric) && metric !== 'z_p')
    .map((metric) => driftFigure(column, metric, absent(0, why)));
}

function rowsOf(name: string, frames: DriftOptions['frames']): NumericRows | undefined {
  const reference = frames?.reference.columns.get(name);
  const current = frames?.current.columns.get(name);
  return reference?.kind === 'numeric' && current?.kind === 'numeric' ? { reference, current } : undefined;
}

export interface ColumnPair {
  readonly name: string;
  /** A column that neither period has is a number unless it is among these. */
  readonly categorical: readonly string[];
  readonly reference: ColumnProfile | undefined;
  readonly current: ColumnProfile | undefined;
}

/** Figures of one column; of one that cannot be compared, figures without a value that say why. */
export function columnDrift(
  { name, categorical, reference, current }: ColumnPair,
  wanted: Wanted,
  frames?: BothFrames,
): Figure[] {
  const either = reference ?? current;
  const kind = either?.kind ?? (categorical.includes(name) ? 'category' : 'numeric');
  if (reference === undefined || current === undefined) {
    const where = either === undefined ? 'either period' : reference ? 'the current window' : 'the reference';
    return absentFigures(name, kind, `no such column in ${where}`, wanted);
  }
  if (reference.kind === 'numeric' && current.kind === 'numeric')
    return numericFigures(reference, current, rowsOf(name, frames), wanted);
  if (reference.kind === 'category' && current.kind === 'category') return categoryFigures(reference, current, wanted);
  return absentFigures(name, kind, 'numbers in one period and categories in the other', wanted);
}

/** Columns whose drift is measured, in the order of their figures. The label only where it is asked for by name and both have it. */
export function driftingColumns(
  roles: Roles,
  selection: DriftSelection,
  reference: { has(name: string): boolean },
  current: { has(name: string): boolean },
): readonly string[] {
  const names = watchedColumns(roles);
  const { label } = roles;
  const withLabel = selection !== 'default' && label !== undefined && reference.has(label) && current.has(label);
  return withLabel ? [...names, label] : names;
}

/**
 * Drift figures of every feature, prediction and score of a window against its reference, from their profiles; and of
 * the label where both periods have it, but not among the defaults, because a window's labels come late and selectively.
 * Figures of all features together come last, on request. A column that one side lacks, or that holds nothing, has figures without a value that say so.
 */
export function measureDrift(
  reference: WindowProfile,
  current: WindowProfile,
  roles: Roles,
  options: DriftOptions = {},
): Figure[] {
  const selection = options.metrics ?? 'default';
  const wanted = wantedBy(selection);
  const { frames } = options;
  const figures = driftingColumns(roles, selection, reference.columns, current.columns).flatMap((name) => {
    const pair = { reference: reference.columns.get(name), current: current.columns.get(name) };
    return columnDrift({ name, categorical: roles.categorical, ...pair }, wanted, frames);
  });
  figures.push(...evidentlyFigures(reference, current, roles, wanted));
  figures.push(...multivariateFigures(frames, roles, wanted));
  return figures;
}
