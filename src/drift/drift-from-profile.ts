/** Drift of a window from the profile of its hours. Figures and their names are those of `measureDrift`. */

import { absent, type Estimate, figureOf } from '../model/estimate.js';
import type { Figure } from '../model/figure.js';
import type { Roles } from '../model/frame.js';
import type { HourCategory, HourColumn, HourNumeric } from '../profile/hourly/columns/hour-column.js';
import { sampleOf } from '../profile/hourly/columns/numeric-sample.js';
import { NEEDS_ROWS } from '../profile/hourly/needs-rows.js';
import { watchedColumns } from '../profile/reference-profile.js';
import { binnedGap } from './binned-gap.js';
import { categoryMeasures, numericMeasures } from './catalogue.js';
import { categoryDrift } from './categories-from-profile.js';
import { multivariateFigures } from './measure-dataset-drift.js';
import { absentFigures, driftFigure, type DriftSelection, refusal, wantedBy } from './measure-drift.js';
import { numericDriftFromProfile } from './numeric-from-profile.js';

type Wanted = (metric: string) => boolean;
type Columns = ReadonlyMap<string, HourColumn>;

function numericFigures(reference: HourNumeric, current: HourNumeric, wanted: Wanted): Figure[] {
  const [r, k] = [sampleOf(reference), sampleOf(current)];
  const pair = { r, k, n: Math.min(r.n, k.n) };
  const why = refusal(r.n, k.n, 'finite');
  const gap = why === undefined ? binnedGap(pair) : undefined;
  const estimate = (metric: string): Estimate => {
    if (gap === undefined) return absent(pair.n, why ?? NEEDS_ROWS);
    return numericDriftFromProfile.get(metric)?.(pair, gap) ?? absent(pair.n, NEEDS_ROWS);
  };
  return [...numericMeasures.keys()]
    .filter(wanted)
    .map((metric) => driftFigure(reference.name, metric, estimate(metric)));
}

function categoryFigures(reference: HourCategory, current: HourCategory, wanted: Wanted): Figure[] {
  const [before, now] = [reference.rows - reference.missing, current.rows - current.missing];
  const why = refusal(before, now, 'present');
  return [...categoryMeasures.keys()].filter(wanted).flatMap((metric) => {
    const estimate = categoryDrift(metric, reference, current);
    if (estimate === undefined) return [];
    return driftFigure(reference.name, metric, why === undefined ? estimate : absent(Math.min(before, now), why));
  });
}

function columnFigures(
  name: string,
  roles: Roles,
  reference: HourColumn | undefined,
  current: HourColumn | undefined,
  wanted: Wanted,
): Figure[] {
  const either = reference ?? current;
  const kind = either?.kind ?? (roles.categorical.includes(name) ? 'category' : 'numeric');
  if (reference === undefined || current === undefined) {
    const where = either === undefined ? 'either period' : reference ? 'the current window' : 'the reference';
    return absentFigures(name, kind, `no such column in ${where}`, wanted);
  }
  if (reference.kind === 'numeric' && current.kind === 'numeric') return numericFigures(reference, current, wanted);
  if (reference.kind === 'category' && current.kind === 'category') return categoryFigures(reference, current, wanted);
  return absentFigures(name, kind, 'numbers in one period and categories in the other', wanted);
}

/** Evidently's default test of each feature is one of the rows. */
function evidentlyFigures(reference: Columns, current: Columns, roles: Roles, wanted: Wanted): Figure[] {
  const features = [...new Set([...roles.numeric, ...roles.categorical])];
  const figures: Figure[] = [];
  if (wanted('default_score')) {
    const both = features.filter((name) => reference.has(name) && current.has(name));
    figures.push(...both.map((name) => driftFigure(name, 'default_score', absent(0, NEEDS_ROWS))));
  }
  for (const [metric, place] of [
    ['dataset_share', 'share'],
    ['dataset_count', 'count'],
  ] as const) {
    if (!wanted(metric)) continue;
    const name = { id: `drift/dataset/${place}`, family: 'drift', metric, on: 'both' } as const;
    figures.push(figureOf(name, absent(features.length, NEEDS_ROWS)));
  }
  return figures;
}

/**
 * Drift of every feature, prediction and score from the profiles of the hours of both periods, or of the reference itself
 * (`referenceColumns`): each figure of the rows, or within its bound, or without a value.
 */
export function measureDriftFromProfile(
  reference: Columns,
  current: Columns,
  roles: Roles,
  metrics: DriftSelection,
): Figure[] {
  const wanted = wantedBy(metrics);
  const names = [...watchedColumns(roles)];
  const { label } = roles;
  if (metrics !== 'default' && label !== undefined && reference.has(label) && current.has(label)) names.push(label);
  return [
    ...names.flatMap((name) => columnFigures(name, roles, reference.get(name), current.get(name), wanted)),
    ...evidentlyFigures(reference, current, roles, wanted),
    ...multivariateFigures(undefined, roles, wanted),
  ];
}
