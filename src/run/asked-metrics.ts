/** Which figures a person asks `evaluate` for, and what they need to be measured. */
import { anomalyCatalogue } from '../anomaly/catalogue.js';
import { DATASET_METRICS } from '../drift/catalogue.js';
import { explainCatalogue } from '../explain/catalogue.js';
import type { MetricSelection } from '../model/metric-description.js';
import { didYouMean } from '../model/nearest.js';
import { ROW_METRICS } from '../quality/catalogue.js';
import { securityCatalogue } from '../security/catalogue.js';
import { segmentCatalogue } from '../segments/catalogue.js';
import { wrongUse } from './command-fault.js';
import { metricNames } from './metric-list.js';

export interface AskedMetrics {
  readonly metrics: MetricSelection;
  /** Whether the rows of the features are needed, not their profiles alone. */
  readonly ofRows: boolean;
  readonly segments: boolean;
  readonly security: boolean;
  readonly anomalies: boolean;
  /** Whether figures of explanation are named: then there has to be a model. */
  readonly explanation: boolean;
}

const SEGMENT_METRICS: readonly string[] = segmentCatalogue.map(({ name }) => name);
const SECURITY_METRICS: readonly string[] = securityCatalogue.map(({ name }) => name);
const ANOMALY_METRICS: readonly string[] = anomalyCatalogue.map(({ name }) => name);
const EXPLAIN_METRICS: readonly string[] = explainCatalogue.map(({ name }) => name);
const OF_ROWS: readonly string[] = [
  ...[...ROW_METRICS, ...DATASET_METRICS, ...SEGMENT_METRICS, ...SECURITY_METRICS, ...ANOMALY_METRICS],
  ...EXPLAIN_METRICS,
  'mmd_squared',
];

function namesIn(list: string): readonly string[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw wrongUse('--metrics names no metric', 'plumbline metrics lists them');
  const known = metricNames();
  const faults = names
    .filter((name) => !known.includes(name))
    .map((name) => `there is no metric "${name}". ${didYouMean(name, known, 'Metrics')}`);
  if (faults.length > 0) throw wrongUse(faults.join('\n'), 'plumbline metrics lists them', { faults });
  return names;
}

/** @param list metrics by name, separated by commas. */
export function askedMetrics(all: boolean, list: string | undefined): AskedMetrics {
  if (all && list !== undefined) throw wrongUse('--all and --metrics exclude each other', 'give one of the two');
  const families = { segments: all, security: all, anomalies: all, explanation: false };
  if (all) return { metrics: 'all', ofRows: true, ...families };
  if (list === undefined) return { metrics: 'default', ofRows: false, ...families };
  const metrics = namesIn(list);
  const some = (names: readonly string[]): boolean => metrics.some((name) => names.includes(name));
  return {
    metrics,
    ofRows: some(OF_ROWS),
    segments: some(SEGMENT_METRICS),
    security: some(SECURITY_METRICS),
    anomalies: some(ANOMALY_METRICS),
    explanation: some(EXPLAIN_METRICS),
  };
}
