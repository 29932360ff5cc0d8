/** Which family a rule belongs to, and what it needs, told from its metric and scope alone: also where no figure came. */
import type { Rule } from '../model/definition.js';
import type { FigureFamily } from '../model/figure.js';
import { seriesIn } from '../model/series-metric.js';

type RuleSubject = Pick<Rule, 'metric' | 'scope'>;

const QUALITY = new Set([
  ...['rows', 'volume', 'volume_ratio', 'duplicate_id_share', 'poison_share', 'duplicate_rows', 'freshness'],
  ...['stuck_share', 'orphan_share'],
  ...['missing_count', 'missing_share', 'type_mismatch_count', 'type_mismatch_share', 'infinite_count', 'zero_count'],
  ...['infinite_share', 'new_categories', 'singleton_share'],
  ...['new_category_count', 'new_category_rows', 'new_category_share', 'lost_category_count', 'out_of_range_count'],
  ...['out_of_range_share', 'constant', 'distinct_count', 'entropy', 'mode', 'mode_share', 'max', 'mean', 'min', 'std'],
  ...['sum', 'mean_scaled'],
]);

const RUNTIME = new Set(['error_rate', 'error_type_share', 'requests', 'throughput', 'waiting_share']);

const DATA_SET_DRIFT = /^(dataset_|default_score$|pca_|domain_classifier_)/;

const SECURITY =
  /^(pii_|out_of_range_row_|new_category_row_|isolated_row_|callers$|top_caller_|probing_|longest_probing_)/;
const SEGMENT = /^(weak_segments$|weakest_segment_|segment_)/;

/** Fairness figures that compare predictions or scores only. */
const LABEL_FREE_FAIRNESS =
  /^(count$|selection_rate|demographic_parity|disparate_impact|statistical_parity|four_fifths|contrast_selection|gini_sc|gini_selection|chi2_prediction|score_|mean_score)/;

/** The family of the figures that a rule looks at. A metric that is not known otherwise counts as performance. */
export function familyOf({ metric: name, scope }: RuleSubject): FigureFamily {
  // A figure against its history needs what the figure needs.
  const metric = seriesIn(name)?.metric ?? name;
  // Of single features, too: how the model does on their levels.
  if (/_change_(mix|concept)$/.test(metric)) return 'performance';
  if (scope === 'groups') return 'fairness';
  if (SECURITY.test(metric)) return 'security';
  if (scope === 'segments' || SEGMENT.test(metric)) return 'segment';
  if (metric.startsWith('estimated_')) return 'estimate';
  if (QUALITY.has(metric) || metric.startsWith('quantile_')) return 'quality';
  if (scope !== 'model') return 'drift';
  if (RUNTIME.has(metric) || /^(latency|cpu|memory|gpu)_/.test(metric)) return 'runtime';
  return DATA_SET_DRIFT.test(metric) ? 'drift' : 'performance';
}

/** Figures of how many rows there are: they say something of a window that holds too few of them for anything else. */
const OF_VOLUME = new Set(['volume', 'volume_ratio']);

export function isOfVolume(rule: RuleSubject): boolean {
  return rule.scope === 'model' && OF_VOLUME.has(rule.metric);
}

/** Whether the rule must wait until the window's labels are final. */
export function needsLabels(rule: RuleSubject): boolean {
  const family = familyOf(rule);
  return (
    family === 'performance' ||
    family === 'segment' ||
    (family === 'fairness' && !LABEL_FREE_FAIRNESS.test(seriesIn(rule.metric)?.metric ?? rule.metric))
  );
}

/** Whether the figure says something even where no label came at all. */
export function judgesAbsentLabels(rule: RuleSubject): boolean {
  return rule.metric === 'label_coverage';
}

/** Whether a figure is a positive ratio, whose error is even on the log scale. */
export function isRatio(metric: string): boolean {
  return metric.endsWith('_ratio') || metric.endsWith('_to_rest') || metric === 'disparate_impact';
}
