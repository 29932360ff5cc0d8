/** Every figure of the family `explain`: answers, what made them, and which features matter. */

import { columnOf, numbersOf } from '../model/columns.js';
import { absent, type Estimate, type FigureName, figureOf, measured } from '../model/estimate.js';
import type { Figure } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import { compensatedSum } from '../numeric/moments.js';
import type { ExplainedModel } from '../model/explained-model.js';
import { baseValue, type Cells, MOST_FEATURES, shapleyValues } from './shapley.js';

/** Rows explained one by one where the columns file does not say how many. */
const EXPLAINED_ROWS = 8;
/** Answers the model may be asked for in one measurement; a handful of seconds for the models of a model file. */
const MOST_ANSWERS = 50_000_000;

/** Cells of the model's features, row by row (`NaN` where missing); or which feature is not there. */
function cellsOf(frame: Frame, features: readonly string[], rows: number): Cells | string {
  const columns: Float64Array[] = [];
  for (const name of features) {
    const column = columnOf(frame, name);
    if (column === undefined) return `the feature ${name} of the model is not in the data`;
    columns.push(numbersOf(column));
  }
  return Array.from({ length: Math.min(rows, frame.rows) }, (_, row) =>
    Float64Array.from(columns, (values) => values[row] as number),
  );
}

const isComplete = (row: Float64Array): boolean => row.every(Number.isFinite);

const INCOMPLETE = 'a feature is missing in this row';

/** Why the values cannot be computed exactly, where they cannot. */
function refusal(model: ExplainedModel, background: Cells, rows: number): string | undefined {
  if (background.length === 0) return 'no complete reference row';
  if (model.coefficients !== undefined) return undefined;
  const { length } = model.features;
  if (length > MOST_FEATURES)
    return `more than ${String(MOST_FEATURES)} features: too many coalitions for exact values`;
  return 2 ** length * background.length * rows > MOST_ANSWERS
    ? 'too many coalitions and reference rows for exact values'
    : undefined;
}

const list = (values: readonly number[], n: number): Estimate =>
  values.every(Number.isFinite) ? { n, value: values } : absent(n, 'not a finite number: the answers overflow');

const nameOf = (metric: string, on: FigureName['on'], part?: string): FigureName => ({
  id: part === undefined ? `explain/${metric}` : `explain/${part}/${metric}`,
  family: 'explain',
  metric,
  on,
});

/** Features by falling importance; equal ones in the model's order. */
function importanceOrder(features: readonly string[], importance: readonly number[]): string[] {
  const order = features.map((_, at) => at);
  order.sort((a, b) => (importance[b] as number) - (importance[a] as number) || a - b);
  return order.map((at) => features[at] as string);
}

function overall(model: ExplainedModel, values: readonly Float64Array[], reason: string | undefined): Figure[] {
  const n = values.length;
  const names = [nameOf('mean_abs_shap', 'current'), nameOf('importance_order', 'current')] as const;
  if (n === 0) return names.map((name) => figureOf(name, absent(0, reason ?? 'no complete row to explain')));
  const importance = model.features.map((_, i) => compensatedSum(values.map((of) => Math.abs(of[i] as number))) / n);
  const size = list(importance, n);
  const order: Estimate = size.value === null ? size : { n, value: importanceOrder(model.features, importance) };
  return [figureOf(names[0], size), figureOf(names[1], order)];
}

function squaredError(model: ExplainedModel, rows: Cells, labels: ArrayLike<number>): number {
  return compensatedSum(rows.map((row, at) => (model.predict(row) - (labels[at] as number)) ** 2)) / rows.length;
}

/**
 * Rotation importance: how much the mean squared error grows when one feature's column is moved down by one row (the last
 * cell to the top), which cuts its tie to the label and keeps its distribution. In squared units of the label; near 0 or
 * below: the model does without the feature. One fixed permutation, so that it can be computed again. n: rows that are
 * complete and labelled. Source: permutation importance, L. Breiman (2001), A. Fisher et al. (2019).
 */
function rotationImportance(model: ExplainedModel, current: Frame, label: Float64Array): Figure[] {
  const cells = cellsOf(current, model.features, current.rows);
  const name = (column: string): FigureName => ({
    id: `explain/rotation_importance/${column}`,
    family: 'explain',
    metric: 'rotation_importance',
    on: 'current',
    column,
  });
  if (typeof cells === 'string') return model.features.map((column) => figureOf(name(column), absent(0, cells)));
  const kept = cells.flatMap((row, at) => (isComplete(row) && Number.isFinite(label[at]) ? [at] : []));
  const rows = kept.map((at) => cells[at] as Float64Array);
  const labels = kept.map((at) => label[at] as number);
  const n = rows.length;
  if (n < 2)
    return model.features.map((column) => figureOf(name(column), absent(n, 'fewer than two complete labelled rows')));
  const before = squaredError(model, rows, labels);
  return model.features.map((column, i) => {
    const moved = rows.map((row, at) => {
      const copy = row.slice();
      copy[i] = (rows[(at + n - 1) % n] as Float64Array)[i] as number;
      return copy;
    });
    return figureOf(name(column), measured(squaredError(model, moved, labels) - before, n));
  });
}

/**
 * Explanations of a model's answers to current rows, with the complete reference rows as background:
 * - `explain/base_value`: mean answer to the background;
 * - `explain/<row>/prediction`, `explain/<row>/shap_values`: answer to each of the first rows (`roles.explainRows`, default 8)
 *   and its exact Shapley values (`shapleyValues`) in the order of the model's features;
 * - `explain/mean_abs_shap`, `explain/importance_order`: mean size of the values over those rows, and the features by it;
 * - `explain/rotation_importance/<feature>`: for a model that predicts a numeric label, see `rotationImportance`.
 *
 * Unit: the model's output. n: background rows for the base value, background rows for a row's values, explained rows for
 * their mean. No value where a feature is missing, or where exact values would take too many answers.
 */
export function measureExplanation(model: ExplainedModel, reference: Frame, current: Frame, roles: Roles): Figure[] {
  const explained = cellsOf(current, model.features, roles.explainRows ?? EXPLAINED_ROWS);
  const whole = cellsOf(reference, model.features, reference.rows);
  if (typeof explained === 'string' || typeof whole === 'string') {
    const reason = typeof explained === 'string' ? explained : (whole as string);
    return [
      figureOf(nameOf('base_value', 'reference'), absent(0, reason)),
      figureOf(nameOf('mean_abs_shap', 'current'), absent(0, reason)),
      figureOf(nameOf('importance_order', 'current'), absent(0, reason)),
    ];
  }
  const background = whole.filter(isComplete);
  const n = background.length;
  const refused = refusal(model, background, explained.length);
  const base = n === 0 ? absent(0, 'no complete reference row') : measured(baseValue(model, background), n);
  const figures = [figureOf(nameOf('base_value', 'reference'), base)];
  const values: Float64Array[] = [];
  explained.forEach((row, at) => {
    const complete = isComplete(row);
    const answer = complete ? measured(model.predict(row), 1) : absent(0, INCOMPLETE);
    const reason = complete ? refused : INCOMPLETE;
    const ofRow = reason === undefined ? shapleyValues(model, row, background) : undefined;
    if (ofRow !== undefined) values.push(ofRow);
    const shap = ofRow === undefined ? absent(n, reason ?? '') : list(Array.from(ofRow), n);
    figures.push(figureOf(nameOf('prediction', 'current', String(at)), answer));
    figures.push(figureOf(nameOf('shap_values', 'current', String(at)), shap));
  });
  figures.push(...overall(model, values, refused));
  const label = columnOf(current, roles.label);
  if (model.output === 'value' && roles.task === 'regression' && label !== undefined)
    figures.push(...rotationImportance(model, current, numbersOf(label)));
  return figures;
}
