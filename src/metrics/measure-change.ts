/** The figures of a change taken apart: tables of the reference, and both parts of the change of a window against them. */

import { absent, type Estimate, figureOf } from '../model/estimate.js';
import type { Figure } from '../model/figure.js';
import type { Column, Frame, Roles } from '../model/frame.js';
import { splitChange } from './change-split.js';
import { outcomesOf, ownColumn, tableBy } from '../profile/level-outcomes.js';
import { referenceTable, tableOf, tableValue } from './level-table.js';

/** Levels of fewer rows are pooled: their means would be noise, and could tell of single persons. */
const SMALLEST_LEVEL = 10;

/** The mean that is taken apart: it must be a mean over rows. */
const outcomeName = (roles: Roles): 'accuracy' | 'mae' => (roles.task === 'regression' ? 'mae' : 'accuracy');

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
    const estimate: Estimate = table.every(({ squares }) => Number.isFinite(squares))
      ? { n, value: tableValue(table) }
      : absent(n, 'not a finite number: the sum of the squared errors overflows');
    const given = n === 0 ? absent(0, 'no labelled rows') : estimate;
    const subject = { on: 'reference', ...(feature !== undefined && { column: feature }) } as const;
    const id = `performance/reference/${placeOf(metric, feature)}`;
    return [figureOf({ id, family: 'performance', metric, ...subject }, given)];
  });
}

/** Both parts of the change against the tables among `before`, the reference's figures; see `splitChange`. */
export function measureChange(
  frame: Frame,
  roles: Roles,
  before: readonly Figure[],
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
  const outcomes = outcomesOf(frame, roles);
  return cutsOf(frame, roles).flatMap(({ feature, column }) => {
    const table = tables.get(feature);
    const none = (reason: string): Record<'mix' | 'concept', Estimate> => {
      const estimate = absent(0, reason);
      return { mix: estimate, concept: estimate };
    };
    const split =
      outcomes === undefined || column === undefined
        ? none(frame.rows === 0 ? 'empty window' : 'no labels')
        : table === undefined
          ? none(`the reference has no ${outcome} by level`)
          : splitChange(table, tableBy(column, outcomes, table), confidence);
    return parts.map((part) => {
      const metric = `${outcome}_change_${part}`;
      const subject = { on: 'both', ...(feature !== undefined && { column: feature }) } as const;
      const id = `performance/both/${placeOf(metric, feature)}`;
      return figureOf({ id, family: 'performance', metric, ...subject }, split[part]);
    });
  });
}
