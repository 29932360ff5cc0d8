/** The rates of a group, and which difference and ratio rests on which rate. Names are Fairlearn's. */

import type { BinaryCounts } from '../profile/binary-counts.js';

/** A rate as hits of a denominator. */
export interface RateDefinition {
  readonly name: string;
  readonly hits: (c: BinaryCounts) => number;
  readonly of: (c: BinaryCounts) => number;
}

/** Rows predicted positive, of all rows of the group. Fairlearn `selection_rate`. */
export const selectionRate: RateDefinition = {
  name: 'selection_rate',
  hits: (c) => c.tp + c.fp,
  of: (c) => c.tp + c.fp + c.fn + c.tn,
};

/** Positives that are predicted positive. Fairlearn `true_positive_rate`. */
export const truePositiveRate: RateDefinition = { name: 'tpr', hits: (c) => c.tp, of: (c) => c.tp + c.fn };

/** Negatives that are predicted positive. Fairlearn `false_positive_rate`. */
export const falsePositiveRate: RateDefinition = { name: 'fpr', hits: (c) => c.fp, of: (c) => c.fp + c.tn };

/** Positives that are predicted negative. Fairlearn `false_negative_rate`. */
const falseNegativeRate: RateDefinition = { name: 'fnr', hits: (c) => c.fn, of: (c) => c.tp + c.fn };

/** Positive predictions that are right. scikit-learn `precision_score`. */
const precisionRate: RateDefinition = { name: 'precision', hits: (c) => c.tp, of: (c) => c.tp + c.fp };

/** Rows that are right. scikit-learn `accuracy_score`. */
const accuracyRate: RateDefinition = {
  name: 'accuracy',
  hits: (c) => c.tp + c.tn,
  of: (c) => c.tp + c.fp + c.fn + c.tn,
};

/** In the order in which a group's figures are given. */
export const groupRates: readonly RateDefinition[] = [
  selectionRate,
  truePositiveRate,
  falsePositiveRate,
  falseNegativeRate,
  precisionRate,
  accuracyRate,
];

/** A disparity between groups: the worst over its rates. */
export interface DisparityDefinition {
  readonly name: string;
  readonly kind: 'difference' | 'ratio';
  readonly rates: readonly RateDefinition[];
}

/**
 * Demographic parity compares selection rates, equal opportunity true-positive rates, equalised odds true- and
 * false-positive rates (the worse of the two), predictive parity precisions.
 */
export const disparities: readonly DisparityDefinition[] = [
  { name: 'demographic_parity_difference', kind: 'difference', rates: [selectionRate] },
  { name: 'demographic_parity_ratio', kind: 'ratio', rates: [selectionRate] },
  { name: 'equalized_odds_difference', kind: 'difference', rates: [truePositiveRate, falsePositiveRate] },
  { name: 'equalized_odds_ratio', kind: 'ratio', rates: [truePositiveRate, falsePositiveRate] },
  { name: 'equal_opportunity_difference', kind: 'difference', rates: [truePositiveRate] },
  { name: 'equal_opportunity_ratio', kind: 'ratio', rates: [truePositiveRate] },
  { name: 'predictive_parity_difference', kind: 'difference', rates: [precisionRate] },
  { name: 'accuracy_difference', kind: 'difference', rates: [accuracyRate] },
];

/** Disparities that are also given over the groups with enough evidence alone, under the name with `_supported`. */
export const supportedDisparities: readonly DisparityDefinition[] = disparities.filter(
  ({ name }) => !name.startsWith('predictive') && !name.startsWith('accuracy'),
);

/** Rates whose inequality between the groups is also given as contrast and Gini coefficient. */
export const inequalityRates: readonly RateDefinition[] = [selectionRate, truePositiveRate, accuracyRate];
