/** Every metric that the catalogues know, in one form: for `plumbline metrics`, its page, and the check of a rule's metric. */
import { anomalyCatalogue } from '../anomaly/catalogue.js';
import { categoryMeasures, numericMeasures } from '../drift/catalogue.js';
import { driftCatalogue } from '../drift/descriptions.js';
import { estimateCatalogue } from '../estimation/catalogue.js';
import { chunkEstimateCatalogue } from '../estimation/chunk-catalogue.js';
import { explainCatalogue } from '../explain/catalogue.js';
import { fairnessCatalogue } from '../fairness/catalogue.js';
import { performanceCatalogue } from '../metrics/catalogue.js';
import type { FigureFamily } from '../model/figure.js';
import type { Better, MetricDescription } from '../model/metric-description.js';
import { SERIES_METHODS, seriesMetric } from '../model/series-metric.js';
import {
  anyColumn,
  categoryAgainstReference,
  categoryColumn,
  numericAgainstReference,
  numericColumn,
  ROW_METRICS,
} from '../quality/catalogue.js';
import { qualityCatalogue } from '../quality/descriptions.js';
import { flowCatalogue } from '../quality/measure-flow.js';
import { derivedCatalogue } from '../rules/derived-catalogue.js';
import { runtimeCatalogue } from '../runtime/catalogue.js';
import { securityCatalogue } from '../security/catalogue.js';
import { segmentCatalogue } from '../segments/catalogue.js';

export interface ListedMetric {
  readonly name: string;
  readonly family: FigureFamily;
  /** What it is measured of, or which tasks it applies to. */
  readonly of: string;
  readonly range: string;
  readonly better: string;
  /** What the figure's own count counts. */
  readonly denominator: string;
  /** Smallest count with a value that is not a convention. */
  readonly smallestN: number;
  readonly needs: readonly string[];
  readonly byDefault: boolean;
  readonly formula: string;
  readonly source: string;
}

/** Families in the order in which they are told. */
export const LISTED_FAMILIES = [
  ...(['quality', 'drift', 'performance', 'fairness', 'runtime', 'estimate', 'segment', 'security'] as const),
  ...(['anomaly', 'explain'] as const),
] satisfies readonly FigureFamily[];

/** What cycles measure. */
const OF_CYCLES: readonly MetricDescription[] = [
  ...[...qualityCatalogue, ...flowCatalogue, ...driftCatalogue, ...performanceCatalogue, ...derivedCatalogue],
  ...[...fairnessCatalogue, ...runtimeCatalogue, ...estimateCatalogue, ...segmentCatalogue, ...securityCatalogue],
];

/** What only `evaluate` measures: chunk by chunk, of all rows of a reference, or of a model's answers. */
const OF_FILES: readonly MetricDescription[] = [...chunkEstimateCatalogue, ...anomalyCatalogue, ...explainCatalogue];

const CATALOGUES: readonly MetricDescription[] = [...OF_CYCLES, ...OF_FILES];

function betterText(better: Better): string {
  return typeof better === 'string' ? better : `closer to ${String(better.closer)}`;
}

const bound = (value: number): string => String(Number(value.toPrecision(4)));

function rangeText(range: MetricDescription['range']): string {
  if (range === null) return 'no number';
  const [low, high] = range;
  return `${low === null ? '-∞' : bound(low)} … ${high === null ? '∞' : bound(high)}`;
}

interface Kinds {
  readonly numeric: ReadonlySet<string>;
  readonly categorical: ReadonlySet<string>;
}

const KINDS: Readonly<Partial<Record<FigureFamily, Kinds>>> = {
  quality: {
    numeric: new Set([...anyColumn.keys(), ...numericColumn.keys(), ...numericAgainstReference.keys()]),
    categorical: new Set([...anyColumn.keys(), ...categoryColumn.keys(), ...categoryAgainstReference.keys()]),
  },
  drift: { numeric: new Set(numericMeasures.keys()), categorical: new Set(categoryMeasures.keys()) },
};

/** Of columns, by their kind; of rows or all features; or by the tasks. */
function subjectOf({ family, name, tasks }: MetricDescription): string {
  const kinds = KINDS[family];
  if (kinds === undefined) return tasks.length === 0 ? 'any task' : tasks.join(', ');
  const of = [
    ...(kinds.numeric.has(name) ? ['numeric columns'] : []),
    ...(kinds.categorical.has(name) ? ['categorical columns'] : []),
  ];
  if (of.length > 0) return of.join(', ');
  if (family === 'drift') return 'all features';
  return (ROW_METRICS as readonly string[]).includes(name) ? 'rows and pairs of columns' : 'the window';
}

function listed(metric: MetricDescription): ListedMetric {
  const { name, family, needs, range, better, denominator, smallestN, byDefault, formula, source } = metric;
  return {
    ...{ name, family, of: subjectOf(metric), range: rangeText(range), better: betterText(better) },
    ...{ denominator, smallestN, needs, byDefault, formula, source },
  };
}

export function listMetrics(): readonly ListedMetric[] {
  return LISTED_FAMILIES.flatMap((wanted) => CATALOGUES.filter(({ family }) => family === wanted)).map(listed);
}

/** The names of all metrics. */
export function metricNames(): readonly string[] {
  return [...new Set(listMetrics().map(({ name }) => name))];
}

/** The names that a rule may use: each metric that cycles measure, and each against its own history. */
export function ruleMetricNames(): readonly string[] {
  const names = [...new Set(OF_CYCLES.map(({ name }) => name))];
  return [...names, ...SERIES_METHODS.flatMap((method) => names.map((name) => seriesMetric(name, method)))];
}
