/** The figures of a change taken apart: tables of the reference, and both parts of the change of a window against them. */

import { absent, type Estimate, figureOf } from '../model/estimate.js';
import type { Figure } from '../model/figure.js';
import type { Column, Frame, Roles } from '../model/frame.js';
import { splitChange } from './change-split.js';
import { type Level, outcomesOf, ownColumn, tableBy } from '../profile/level-outcomes.js';
import { referenceTable, tableOf, tableValue } from './level-table.js';

/** Levels of fewer rows are pooled: their means would be noise, and could tell of single persons. */
const SMALLEST_LEVEL = 10;

/** The mean that is taken apart: it must be a mean over rows. */
export const outcomeName = (roles: Roles): 'accuracy' | 'mae' => (roles.task === 'regression' ? 'mae' : 'accuracy');

interface Cut {
  /** Undefined for the model as a whole, which is cut by its own score or prediction. */
  readonly feature: string | undefined;
  readonly column: Column | undefined;
}

function cutsOf(frame: Frame, roles: Roles): Cut[] {
  const features = roles.categorical.map((feature) => ({ feature, column: frame.columns.get(feature) }));
  return [{ feature: undefined, column: ownColumn(frame, roles) }, ...features];
}

const placeOf = (metric: string, feature: string | undefined): string =>
  feature === undefined ? metric : `${metric}/${feature}`;

export interface ChangeOptions {
  readonly wants: (metric: string) => boolean;
  readonly confidence: number;
}

/**
 * `accuracy_by_level`, `mae_by_level` of a reference: for the model by deciles of its score or predicted number, or by
 * predicted class, and for each categorical feature by its levels, a table of [kind, level, rows, sum of the outcomes, sum
 * of their squares]. n = rows with label and prediction. It is what later windows are held against.
 */
export function measureLevels(
  frame: Frame,
  roles: Roles,
  { wants }: Pick<ChangeOptions, 'wants'>,
  smallest = SMALLEST_LEVEL,
): Figure[] {
  const metric = `${outcomeName(roles)}_by_level`;
  const outcomes = wants(metric) ? outcomesOf(frame, roles) : undefined;
  if (outcomes === undefined) return [];
  const n = outcomes.reduce((count, outcome) => count + (Number.isNaN(outcome) ? 0 : 1), 0);
  return cutsOf(frame, roles).flatMap(({ feature, column }): Figure[] => {
    if (column === undefined) return [];
    const table = referenceTable(column, outcomes, Math.max(smallest, SMALLEST_LEVEL));
    return [levelFigure(metric, feature, table, n)];
  });
}

/** A table of the reference; `n` = rows with an outcome. */
export function levelFigure(metric: string, feature: string | undefined, table: readonly Level[], n: number): Figure {
  const estimate: Estimate = table.every(({ squares }) => Number.isFinite(squares))
    ? { n, value: tableValue(table) }
    : absent(n, 'not a finite number: the sum of the squared errors overflows');
  const subject = { on: 'reference', ...(feature !== undefined && { column: feature }) } as const;
  const id = `performance/reference/${placeOf(metric, feature)}`;
  return figureOf(
    { id, family: 'performance', metric, ...subject },
    n === 0 ? absent(0, 'no labelled rows') : estimate,
  );
}

/** Both parts of the change against the tables among `before`, the reference's figures; see `splitChange`. */
export function measureChange(
  frame: Frame,
  roles: Roles,
  before: readonly Figure[],
  { wants, confidence }: ChangeOptions,
): Figure[] {
  const outcomes = outcomesOf(frame, roles);
  const columns = new Map(cutsOf(frame, roles).map(({ feature, column }) => [feature, column]));
  const now: TableNow = (feature, table) => {
    const column = columns.get(feature);
    if (outcomes === undefined || column === undefined) return frame.rows === 0 ? 'empty window' : 'no labels';
    return table && tableBy(column, outcomes, table);
  };
  return changeFigures(roles, before, now, { wants, confidence });
}

/** The current outcomes by the levels of a table of the reference; or why there are none. */
export type TableNow = (
  feature: string | undefined,
  table: readonly Level[] | undefined,
) => readonly Level[] | string | undefined;

/** The figures of `measureChange` for the model as a whole and each categorical feature. */
export function changeFigures(
  roles: Roles,
  before: readonly Figure[],
  now: TableNow,
  { wants, confidence }: ChangeOptions,
): Figure[] {
  const outcome = outcomeName(roles);
  const parts = (['mix', 'concept'] as const).filter((part) => wants(`${outcome}_change_${part}`));
  if (parts.length === 0 || roles.label === undefined || roles.prediction === undefined) return [];
  const tables = new Map(
    before
      .filter(({ metric, family }) => family === 'performance' && metric === `${outcome}_by_level`)
      .map((figure) => [figure.column, tableOf(figure.value)]),
  );
  return [undefined, ...roles.categorical].flatMap((feature) => {
    const table = tables.get(feature);
    const current = now(feature, table);
    const reason = typeof current === 'string' ? current : `the reference has no ${outcome} by level`;
    const none = absent(0, reason);
    const split =
      table === undefined || current === undefined || typeof current === 'string'
        ? { mix: none, concept: none }
        : splitChange(table, current, confidence);
    return parts.map((part) => {
      const metric = `${outcome}_change_${part}`;
      const subject = { on: 'both', ...(feature !== undefined && { column: feature }) } as const;
      const id = `performance/both/${placeOf(metric, feature)}`;
      return figureOf({ id, family: 'performance', metric, ...subject }, split[part]);
    });
  });
}
