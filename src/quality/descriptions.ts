/** Every quality metric, described. */

import type { Better, MetricDescription, MetricNeed } from '../model/metric-description.js';
import { PROFILE_METRICS_ON_REQUEST, ROW_METRICS } from './catalogue.js';

type Range = MetricDescription['range'];
type Entry = readonly [
  name: string,
  range: Range,
  better: Better,
  denominator: string,
  formula: string,
  source: string,
  smallestN?: number,
];

const SHARE: Range = [0, 1];
const COUNT: Range = [0, null];
const ANY: Range = [null, null];
const ROWS = 'rows';
const FINITE = 'finite values';
const PRESENT = 'present values';
const NUMPY = (name: string): string => `NumPy ${name}`;
const WILSON = 'interval: E. B. Wilson, JASA 22 (1927)';

const quantile = (q: number): Entry => [
  `quantile_${String(q)}`,
  ANY,
  'none',
  FINITE,
  `${String(q)} quantile, linear between order statistics`,
  NUMPY('quantile(method="linear")'),
];

const ENTRIES: readonly Entry[] = [
  ['volume', COUNT, 'none', ROWS, 'rows that are measured, duplicates and unusable rows left out', 'own', 0],
  ['duplicate_id_share', SHARE, 'lower', 'rows read', 'rows dropped because their id was seen / rows read', WILSON],
  ['poison_share', SHARE, 'lower', 'rows read', 'rows with an unusable needed cell / rows read', WILSON],
  ['rows', COUNT, 'none', ROWS, 'rows', 'own', 0],
  ['missing_count', COUNT, 'lower', ROWS, 'cells without a value', 'pandas isna', 0],
  ['missing_share', SHARE, 'lower', ROWS, 'cells without a value / rows', `pandas isna; ${WILSON}`],
  ['type_mismatch_count', COUNT, 'lower', PRESENT, 'cells that are no number', 'Python float()', 0],
  ['type_mismatch_share', SHARE, 'lower', PRESENT, 'cells that are no number / present cells', WILSON],
  ['infinite_count', COUNT, 'lower', ROWS, 'infinite values', NUMPY('isinf'), 0],
  ['infinite_share', SHARE, 'lower', ROWS, 'infinite values / rows', WILSON],
  ['distinct_count', COUNT, 'none', PRESENT, 'distinct finite or present values', 'pandas nunique', 0],
  ['constant', null, 'none', PRESENT, 'at most one distinct value', 'pandas nunique', 0],
  ['min', ANY, 'none', FINITE, 'smallest finite value', NUMPY('min')],
  ['max', ANY, 'none', FINITE, 'largest finite value', NUMPY('max')],
  ['mean', ANY, 'none', FINITE, 'sum / n', NUMPY('mean')],
  ['sum', ANY, 'none', FINITE, 'n mean', NUMPY('sum')],
  ['mean_scaled', ANY, 'none', FINITE, "(mean - min) / (max - min), ends of the reference's values", 'MinMaxScaler'],
  ['std', COUNT, 'none', FINITE, 'sqrt(sum (x - mean)^2 / (n - 1))', NUMPY('std(ddof=1)'), 2],
  ...[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map(quantile),
  ['zero_count', COUNT, 'none', FINITE, 'zeros, -0 among them', NUMPY('sum'), 0],
  ['out_of_range_count', COUNT, 'lower', FINITE, "values outside the reference's smallest to largest", 'own', 0],
  ['out_of_range_share', SHARE, 'lower', FINITE, "values outside the reference's range / finite values", WILSON],
  ['mode', null, 'none', PRESENT, 'most frequent category, the first by code point', 'pandas value_counts'],
  ['mode_share', SHARE, 'none', PRESENT, 'rows of the mode / present values', `pandas value_counts; ${WILSON}`],
  ['entropy', COUNT, 'none', PRESENT, '-sum p ln p', 'SciPy entropy'],
  ['singleton_share', SHARE, 'none', PRESENT, 'rows whose category occurs once / present values', 'Good (1953)'],
  ['new_categories', null, 'none', PRESENT, 'categories that the reference lacks, up to 50', 'own', 0],
  ['new_category_count', COUNT, 'lower', PRESENT, 'number of categories that the reference lacks', 'own', 0],
  ['new_category_rows', COUNT, 'lower', PRESENT, 'rows whose category the reference lacks', 'own', 0],
  ['new_category_share', SHARE, 'lower', PRESENT, 'rows whose category the reference lacks / present values', WILSON],
  ['lost_category_count', COUNT, 'lower', PRESENT, "the reference's categories that do not occur", 'own', 0],
  ['duplicate_rows', COUNT, 'lower', ROWS, 'rows whose features equal those of an earlier row', 'pandas duplicated', 0],
  ['pearson', [-1, 1], 'none', 'rows with both values', 'covariance / product of the deviations', 'SciPy pearsonr', 2],
  ['spearman', [-1, 1], 'none', 'rows with both values', 'correlation of the mid-ranks', 'SciPy spearmanr', 2],
  ['cramers_v', SHARE, 'none', 'rows with both values', 'sqrt(chi^2 / n / min(r-1, c-1))', 'SciPy association', 2],
  ['pearson_change', [-2, 2], { closer: 0 }, 'rows of the smaller period', 'current - reference', 'own', 2],
  ['spearman_change', [-2, 2], { closer: 0 }, 'rows of the smaller period', 'current - reference', 'own', 2],
];

const AGAINST_REFERENCE = /^(out_of_range|new_categor|lost_categor)|_(change|scaled)$/;

function needsOf(name: string, ofRows: boolean): MetricNeed[] {
  return [...(AGAINST_REFERENCE.test(name) ? (['reference'] as const) : []), ...(ofRows ? (['rows'] as const) : [])];
}

/** The catalogue of the family `quality`. */
export const qualityCatalogue: readonly MetricDescription[] = ENTRIES.map(
  ([name, range, better, denominator, formula, source, smallestN]) => {
    const ofRows = (ROW_METRICS as readonly string[]).includes(name);
    const onRequest = ofRows || (PROFILE_METRICS_ON_REQUEST as readonly string[]).includes(name);
    return {
      name,
      family: 'quality',
      tasks: [],
      needs: needsOf(name, ofRows),
      range,
      better,
      denominator,
      smallestN: smallestN ?? 1,
      byDefault: !onRequest,
      formula,
      source,
    };
  },
);
