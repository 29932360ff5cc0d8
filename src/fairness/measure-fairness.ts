/** Fairness: every figure of the family `fairness`, for each sensitive attribute and crossing of the roles. */

import { selectedMetrics } from '../metrics/catalogue.js';
import { reasonWithoutLabels } from '../metrics/measure-performance.js';
import { positives } from '../model/class-codes.js';
import { columnOf, countPresent, numbersOf } from '../model/columns.js';
import type { Figure, Period } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import type { MetricSelection } from '../model/metric-description.js';
import { DEFAULT_CONFIDENCE } from '../numeric/intervals.js';
import { hitsOf } from '../profile/class-pairs.js';
import { errorsOf } from '../profile/regression-rows.js';
import { fairnessCatalogue } from './catalogue.js';
import { type AttributeFigures, attributeFigures } from './fairness-figures.js';
import { type Grouping, groupRows, MOST_GROUPS } from '../model/groups.js';
import { binaryFairness } from './measure-binary-fairness.js';
import { accuracyFairness, errorFairness } from './measure-error-fairness.js';
import type { EvidenceOptions } from './to-rest.js';

export interface FairnessOptions extends EvidenceOptions {
  readonly metrics: MetricSelection;
  /** Two-sided confidence of the intervals; 0.99 unless given. */
  readonly confidence?: number;
}

/** The figure that says why an attribute has none. */
export const OVERALL = {
  binary: 'demographic_parity_difference',
  multiclass: 'accuracy_difference',
  regression: 'mae_difference',
} as const;

interface Outcome {
  readonly labels: Int8Array;
  readonly predictions: Int8Array;
  readonly scores: Float64Array | undefined;
}

function missing(rows: number): Int8Array {
  return new Int8Array(rows).fill(-1);
}

function binaryOutcome(frame: Frame, roles: Roles): Outcome {
  const positive = roles.positive ?? '1';
  const [label, prediction, score] = [roles.label, roles.prediction, roles.score].map((name) => columnOf(frame, name));
  return {
    labels: label ? positives(label, positive) : missing(frame.rows),
    predictions: prediction ? positives(prediction, positive) : missing(frame.rows),
    scores: score && numbersOf(score),
  };
}

/** One call per attribute, with the outcome of the rows worked out once. */
function measureOf(
  frame: Frame,
  roles: Roles,
  options: FairnessOptions,
  unlabelled: string | undefined,
): (list: AttributeFigures, grouping: Grouping) => void {
  const confidence = options.confidence ?? DEFAULT_CONFIDENCE;
  switch (roles.task) {
    case 'binary': {
      const outcome = binaryOutcome(frame, roles);
      return (list, grouping) => {
        const privileged = roles.privileged?.[grouping.attribute];
        binaryFairness(list, { ...outcome, grouping, privileged, evidence: options, confidence, unlabelled });
      };
    }
    case 'multiclass': {
      const right = hitsOf(frame, roles);
      return (list, grouping) => {
        accuracyFairness(list, { grouping, right, confidence, unlabelled });
      };
    }
    case 'regression': {
      const errors = errorsOf(frame, roles);
      return (list, grouping) => {
        errorFairness(list, { grouping, errors, confidence, unlabelled });
      };
    }
  }
}

/**
 * Every fairness figure of the selection, attribute by attribute. Rows need label, prediction and each column of the
 * attribute (`selection_rate_to_rest`: prediction and attribute). A group's rate on an empty denominator is 0, degenerate,
 * and makes the differences and ratios that it enters degenerate; the figures ending in `_supported` and `_to_rest` leave
 * such groups, and all groups with too little evidence, out, and are the ones to write rules on.
 */
export function measureFairness(frame: Frame, roles: Roles, on: Period, options: FairnessOptions): Figure[] {
  if (roles.sensitive.length === 0 || roles.prediction === undefined) return [];
  const wanted = selectedMetrics(fairnessCatalogue, roles.task, options.metrics);
  const label = columnOf(frame, roles.label);
  const labelled = label ? countPresent(label) : 0;
  const unlabelled = reasonWithoutLabels(frame.rows, labelled);
  const measure = measureOf(frame, roles, options, unlabelled);
  const figures: Figure[] = [];
  for (const columns of roles.sensitive) {
    const attribute = columns.join(' x ');
    const list = attributeFigures(on, attribute, wanted, figures);
    const grouping = groupRows(frame, columns);
    if (!grouping) list.addAbsent([OVERALL[roles.task]], 0, `no column ${columns.join(' or ')}`);
    else if (grouping.names.length > MOST_GROUPS) {
      list.addAbsent(
        [OVERALL[roles.task]],
        frame.rows,
        `${String(grouping.names.length)} groups, more than ${String(MOST_GROUPS)}`,
      );
    } else measure(list, grouping);
  }
  return figures;
}
