/** Every figure of the family `explain`: answers, what made them, and which features matter. */

import type { AskedModel } from '../model/asked-model.js';
import { columnOf } from '../model/columns.js';
import { absent, type Estimate, type FigureName, figureOf, measured } from '../model/estimate.js';
import type { ExplainedModel } from '../model/explained-model.js';
import type { Figure } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import type { MetricSelection } from '../model/metric-description.js';
import { compensatedSum } from '../numeric/moments.js';
import { randomFrom, seedFrom } from '../numeric/random.js';
import { answered } from './asking.js';
import { attributionNdcg } from './attribution-drift.js';
import { explainByLime, type LimeExplanation, SAMPLES } from './lime.js';
import { spreadsOf } from './lime-samples.js';
import { rotationImportance } from './rotation-importance.js';
import type { Cells } from './shapley.js';
import { type ShapleyMethod, shapleyMethod } from './shapley-method.js';
import { type Subject, subjectOf, unlessUnavailable } from './subject.js';

/** Rows explained one by one where the columns file does not say how many. */
const EXPLAINED_ROWS = 8;
/** Share of the answers for LIME, and fewer samples than this tell little. */
const LIME_SHARE = 0.1;
const FEWEST_SAMPLES = 100;

export interface ExplanationOptions {
  /** `all` adds LIME and the drift of attributions; names give these alone. */
  readonly metrics: MetricSelection;
}

const isComplete = (row: Float64Array): boolean => row.every(Number.isFinite);

const INCOMPLETE = 'a feature is missing in this row';

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

/** Shapley values row by row, each or why it has none. */
async function valuesOf(rows: Cells, method: ShapleyMethod | string): Promise<ReadonlyArray<Float64Array | string>> {
  const values: Array<Float64Array | string> = [];
  for (const [at, row] of rows.entries()) {
    if (!isComplete(row)) values.push(INCOMPLETE);
    else if (typeof method === 'string') values.push(method);
    else {
      const own = await unlessUnavailable(() => method.valuesOf(row, `shapley/${String(at)}`));
      values.push(own ?? 'not a finite number: the answers overflow');
    }
  }
  return values;
}

/** Mean size of the values, feature by feature; or why there is none. */
function importanceOf(features: readonly string[], values: ReadonlyArray<Float64Array | string>): Estimate {
  const told = values.filter((of) => typeof of !== 'string');
  const n = told.length;
  const why = values.find((of) => typeof of === 'string' && of !== INCOMPLETE) as string | undefined;
  if (n === 0) return absent(0, why ?? 'no complete row to explain');
  return list(
    features.map((_, i) => compensatedSum(told.map((of) => Math.abs(of[i] as number))) / n),
    n,
  );
}

function importanceFigures(features: readonly string[], importance: Estimate): Figure[] {
  const order: Estimate =
    importance.value === null
      ? importance
      : { n: importance.n, value: importanceOrder(features, importance.value as readonly number[]) };
  return [
    figureOf(nameOf('mean_abs_shap', 'current'), importance),
    figureOf(nameOf('importance_order', 'current'), order),
  ];
}

async function answerFigures(subject: Subject, explained: Cells, background: Cells): Promise<Figure[]> {
  const n = background.length;
  const usual =
    n === 0
      ? 'no complete reference row'
      : await unlessUnavailable(async () => compensatedSum(await subject.answer(background)) / n);
  const base = typeof usual === 'string' ? absent(n, usual) : measured(usual, n);
  const complete = explained.filter(isComplete);
  const answers = complete.length === 0 ? new Float64Array(0) : await unlessUnavailable(() => subject.answer(complete));
  let next = 0;
  const predictions = explained.map((row, at): Figure => {
    const name = nameOf('prediction', 'current', String(at));
    if (!isComplete(row)) return figureOf(name, absent(0, INCOMPLETE));
    if (typeof answers === 'string') return figureOf(name, absent(0, answers));
    return figureOf(name, measured(answers[next++] as number, 1));
  });
  return [figureOf(nameOf('base_value', 'reference'), base), ...predictions];
}

const LIME_METRICS = ['lime_weights', 'lime_intercept', 'lime_score', 'lime_local_prediction'] as const;

function limeEstimates({ weights, intercept, score, localPrediction }: LimeExplanation, n: number): Estimate[] {
  const ofScore = score === undefined ? absent(n, 'every answer is the same') : measured(score, n);
  return [list(weights, n), measured(intercept, n), ofScore, measured(localPrediction, n)];
}

async function limeFigures(subject: Subject, explained: Cells, background: Cells): Promise<Figure[]> {
  const { cells, answer, most } = subject;
  const samples = Math.min(SAMPLES, Math.floor((most * LIME_SHARE) / Math.max(1, explained.length)));
  const few = samples < FEWEST_SAMPLES ? `${String(most)} answers are too few for samples around each row` : undefined;
  const reason = background.length === 0 ? 'no complete reference row' : few;
  const spreads = reason === undefined ? spreadsOf(background, cells.isCategory) : [];
  const figures: Figure[] = [];
  for (const [at, row] of explained.entries()) {
    const random = randomFrom(seedFrom(`lime/${String(at)}`));
    const told = !isComplete(row)
      ? INCOMPLETE
      : (reason ?? (await unlessUnavailable(() => answered(explainByLime(row, spreads, { random, samples }), answer))));
    const estimates = typeof told === 'string' ? LIME_METRICS.map(() => absent(0, told)) : limeEstimates(told, samples);
    LIME_METRICS.forEach((metric, i) => {
      figures.push(figureOf(nameOf(metric, 'current', String(at)), estimates[i] as Estimate));
    });
  }
  return figures;
}

const DRIFT_METRIC = 'attribution_ndcg';
const ROTATION_METRIC = 'rotation_importance';
const SHAPLEY_METRICS = [
  ...['base_value', 'prediction', 'shap_values', 'shap_method', 'mean_abs_shap', 'importance_order'],
  DRIFT_METRIC,
];

function attributionDrift(usual: Estimate, now: Estimate): Estimate {
  if (now.value === null) return now;
  if (usual.value === null) return absent(usual.n, `in the reference: ${usual.reason}`);
  return attributionNdcg(usual.value as readonly number[], now.value as readonly number[]);
}

/** `reference`: its complete rows. */
async function shapleyFigures(
  subject: Subject,
  explained: Cells,
  reference: Cells,
  withDrift: boolean,
): Promise<Figure[]> {
  const { features } = subject;
  const before = withDrift ? reference.slice(0, explained.length) : [];
  const method = shapleyMethod(subject, reference, explained.length + before.length);
  const background = typeof method === 'string' ? reference : method.background;
  const n = background.length;
  const values = await valuesOf(explained, method);
  const importance = importanceOf(features, values);
  const ofMethod: Estimate =
    typeof method === 'string' ? absent(n, method) : importance.value === null ? importance : { n, value: method.name };
  const ofRows = values.map((of) => (typeof of === 'string' ? absent(n, of) : list(Array.from(of), n)));
  const figures = [
    ...(await answerFigures(subject, explained, background)),
    ...ofRows.map((of, at) => figureOf(nameOf('shap_values', 'current', String(at)), of)),
    figureOf(nameOf('shap_method', 'current'), ofMethod),
    ...importanceFigures(features, importance),
  ];
  if (!withDrift) return figures;
  const usual = importanceOf(features, await valuesOf(before, method));
  return [...figures, figureOf(nameOf(DRIFT_METRIC, 'both'), attributionDrift(usual, importance))];
}

async function rotationFigures(subject: Subject, current: Frame, { label, task }: Roles): Promise<Figure[]> {
  const column = columnOf(current, label);
  if (task !== 'regression' || (subject.inside?.output ?? 'value') !== 'value' || column === undefined) return [];
  const growths = await rotationImportance(subject, current, column);
  return subject.features.map((feature, i) => {
    const id = `explain/${ROTATION_METRIC}/${feature}`;
    return figureOf({ ...nameOf(ROTATION_METRIC, 'current'), id, column: feature }, growths[i] as Estimate);
  });
}

function withoutFeatures(reason: string): Figure[] {
  const names = ['shap_method', 'mean_abs_shap', 'importance_order'].map((metric) => nameOf(metric, 'current'));
  return [nameOf('base_value', 'reference'), ...names].map((name) => figureOf(name, absent(0, reason)));
}

/**
 * Explanations of a model's answers to current rows, with complete reference rows as background:
 * - `explain/base_value`: mean answer to the background;
 * - `explain/<row>/prediction`, `explain/<row>/shap_values`: answer to each of the first rows (`roles.explainRows`, default 8)
 *   and its interventional Shapley values in the order of the model's features; `explain/shap_method` says whether they are
 *   exact or come from Kernel SHAP, and from how many coalitions;
 * - `explain/mean_abs_shap`, `explain/importance_order`: mean size of the values over those rows, and the features by it;
 * - `explain/attribution_ndcg`: that order against the one of as many first complete reference rows (`attributionNdcg`);
 * - `explain/<row>/lime_weights`, `lime_intercept`, `lime_score`, `lime_local_prediction`: see `explainByLime`;
 * - `explain/rotation_importance/<feature>`: for a model that predicts a numeric label, see `rotationImportance`.
 *
 * Unit: the model's output. n: background rows for the base value and a row's values, explained rows for their mean, samples
 * for LIME. A model that is asked over a wire gets 30 background rows and no more questions than it may be asked. No value
 * where a feature is missing, where it would take too many answers, and where the model gives none.
 */
export async function measureExplanation(
  model: ExplainedModel | AskedModel,
  reference: Frame,
  current: Frame,
  roles: Roles,
  { metrics }: ExplanationOptions = { metrics: 'default' },
): Promise<Figure[]> {
  const isNamed = ({ metric }: Figure): boolean => typeof metrics === 'string' || metrics.includes(metric);
  const subject = subjectOf(model, [reference, current], roles.categorical);
  if (typeof subject === 'string') return withoutFeatures(subject).filter(isNamed);
  const asks = (unasked: boolean, names: readonly string[]): boolean =>
    typeof metrics === 'string' ? unasked || metrics === 'all' : names.some((name) => metrics.includes(name));
  const explained = subject.cells.of(current, roles.explainRows ?? EXPLAINED_ROWS);
  const whole = subject.cells.of(reference).filter(isComplete);
  const figures: Figure[] = [];
  if (asks(true, SHAPLEY_METRICS))
    figures.push(...(await shapleyFigures(subject, explained, whole, asks(false, [DRIFT_METRIC]))));
  if (asks(false, LIME_METRICS)) figures.push(...(await limeFigures(subject, explained, whole)));
  if (asks(true, [ROTATION_METRIC])) figures.push(...(await rotationFigures(subject, current, roles)));
  return figures.filter(isNamed);
}
