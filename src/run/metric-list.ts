/** Every metric that the catalogues know, in one form: for `plumbline metrics`, and for the check of a rule's metric. */
import { anomalyCatalogue } from '../anomaly/catalogue.js';
import { categoryMeasures, DATASET_METRICS, DEFAULT_DRIFT_METRICS, numericMeasures } from '../drift/catalogue.js';
import { estimateCatalogue } from '../estimation/catalogue.js';
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
  WINDOW_METRICS,
} from '../quality/catalogue.js';
import { runtimeCatalogue } from '../runtime/catalogue.js';
import { securityCatalogue } from '../security/catalogue.js';
import { segmentCatalogue } from '../segments/catalogue.js';

export interface ListedMetric {
  readonly name: string;
  readonly family: FigureFamily;
  /** What it is measured of, or which tasks it applies to. */
  readonly of: string;
  /** Empty where the catalogue does not say. */
  readonly range: string;
  readonly better: string;
  readonly needs: readonly string[];
  readonly byDefault: boolean;
  readonly formula: string;
  readonly source: string;
}

function betterText(better: Better): string {
  return typeof better === 'string' ? better : `closer to ${String(better.closer)}`;
}

function rangeText(range: MetricDescription['range']): string {
  if (range === null) return 'no number';
  const [low, high] = range;
  return `${low === null ? '-∞' : String(low)} … ${high === null ? '∞' : String(high)}`;
}

function described(metric: MetricDescription): ListedMetric {
  const { name, family, tasks, needs, range, better, byDefault, formula, source } = metric;
  return {
    name,
    family,
    of: tasks.length === 0 ? 'any task' : tasks.join(', '),
    range: rangeText(range),
    better: betterText(better),
    needs,
    byDefault,
    formula,
    source,
  };
}

function named(
  names: Iterable<string>,
  family: ListedMetric['family'],
  of: string,
  needs: readonly string[],
  byDefault: (name: string) => boolean = () => true,
): ListedMetric[] {
  return [...names].map((name) => ({
    name,
    family,
    of,
    range: '',
    // Of quality and drift only a rule can say which way is worse.
    better: 'none',
    needs,
    byDefault: byDefault(name),
    formula: '',
    source: '',
  }));
}

/** One entry for a name and what it is measured of; the same name of several kinds of column is one metric. */
function merged(metrics: readonly ListedMetric[]): readonly ListedMetric[] {
  const byName = new Map<string, ListedMetric>();
  for (const metric of metrics) {
    const key = `${metric.family}/${metric.name}`;
    const known = byName.get(key);
    byName.set(
      key,
      known === undefined || known.of.includes(metric.of)
        ? (known ?? metric)
        : { ...known, of: `${known.of}, ${metric.of}` },
    );
  }
  return [...byName.values()];
}

export function listMetrics(): readonly ListedMetric[] {
  const isDefaultDrift = (name: string): boolean => DEFAULT_DRIFT_METRICS.has(name);
  return merged([
    ...named(['volume_ratio', ...WINDOW_METRICS], 'quality', 'window', []),
    ...named(anyColumn.keys(), 'quality', 'any column', []),
    ...named(numericColumn.keys(), 'quality', 'numeric column', []),
    ...named(numericAgainstReference.keys(), 'quality', 'numeric column', ['reference']),
    ...named(categoryColumn.keys(), 'quality', 'categorical column', []),
    ...named(categoryAgainstReference.keys(), 'quality', 'categorical column', ['reference']),
    ...named(ROW_METRICS, 'quality', 'rows and pairs of columns', [], () => false),
    ...named(numericMeasures.keys(), 'drift', 'numeric column', ['reference'], isDefaultDrift),
    ...named(categoryMeasures.keys(), 'drift', 'categorical column', ['reference'], isDefaultDrift),
    ...named(DATASET_METRICS, 'drift', 'all features', ['reference'], isDefaultDrift),
    ...performanceCatalogue.map(described),
    ...named(['mean_error_in_sd'], 'performance', 'regression', ['label', 'prediction', 'reference']),
    ...fairnessCatalogue.map(described),
    ...runtimeCatalogue.map(described),
    ...estimateCatalogue.map(described),
    ...segmentCatalogue.map(described),
    ...securityCatalogue.map(described),
    ...anomalyCatalogue.map(described),
    ...explainCatalogue.map(described),
  ]);
}

/** The names of all metrics. */
export function metricNames(): readonly string[] {
  return [...new Set(listMetrics().map(({ name }) => name))];
}

/** What only `evaluate` measures: of all rows of a reference, or of a model's answers. */
const OF_FILES: readonly string[] = ['anomaly', 'explain'];

/** The names that a rule may use: each metric that cycles measure, and each against its own history. */
export function ruleMetricNames(): readonly string[] {
  const measured = listMetrics().filter(({ family }) => !OF_FILES.includes(family));
  const names = [...new Set(measured.map(({ name }) => name))];
  return [...names, ...SERIES_METHODS.flatMap((method) => names.map((name) => seriesMetric(name, method)))];
}
