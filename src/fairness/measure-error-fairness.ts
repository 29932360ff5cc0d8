/** Fairness figures of a regression and of a multi-class classifier for one attribute. */

import { share } from '../metrics/confusion.js';
import { meanEstimate } from '../metrics/probability.js';
import { absent, type Estimate, measured } from '../model/estimate.js';
import { meanDifferenceInterval, within } from '../numeric/intervals.js';
import { anovaP } from './analysis-of-variance.js';
import { type GroupMoments, hitsByGroup, momentsByGroup } from '../profile/by-group.js';
import { disparities } from './definitions.js';
import { disparity } from './disparity.js';
import type { AttributeFigures } from './fairness-figures.js';
import type { Grouping } from '../model/groups.js';

/** Largest minus smallest group mean, at least 0; interval of the two extreme groups; n = rows of the smallest group. */
function meanDifference(groups: readonly GroupMoments[], confidence: number): Estimate {
  const sorted = groups.filter(({ moments }) => moments.count > 0);
  if (sorted.some(({ moments }) => !Number.isFinite(moments.mean)))
    return absent(Math.min(...sorted.map(({ moments }) => moments.count)), "a group's mean error is not finite");
  sorted.sort((a, b) => a.moments.mean - b.moments.mean);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (!low || !high) return absent(0, 'no group has rows');
  const value = high.moments.mean - low.moments.mean;
  const n = Math.min(...sorted.map(({ moments }) => moments.count));
  const interval = meanDifferenceInterval(high.moments, low.moments, confidence);
  return measured(value, n, interval && within(interval, value, 0, Infinity));
}

/** `errors` is prediction minus label of each row, `NaN` where one is missing. */
export interface ErrorFairnessInput {
  readonly grouping: Grouping;
  readonly errors: Float64Array;
  readonly confidence: number;
  readonly unlabelled: string | undefined;
}

/** Count, mean error and mean absolute error of each group, their largest differences, and the analysis of variance. */
export function errorFairness(list: AttributeFigures, input: ErrorFairnessInput): void {
  const { grouping, errors } = input;
  const groups = {
    names: grouping.names,
    signed: momentsByGroup(errors, grouping),
    absolute: momentsByGroup(errors.map(Math.abs), grouping),
  };
  errorFairnessOf(list, groups, () => anovaP(errors, grouping), input);
}

/** Errors of each group, and their sizes. */
export interface ErrorsOfGroups {
  readonly names: readonly string[];
  readonly signed: readonly GroupMoments[];
  readonly absolute: readonly GroupMoments[];
}

/** The same figures from the moments of the groups. */
export function errorFairnessOf(
  list: AttributeFigures,
  { names, signed, absolute }: ErrorsOfGroups,
  anova: () => Estimate,
  { confidence, unlabelled }: Pick<ErrorFairnessInput, 'confidence' | 'unlabelled'>,
): void {
  const meanOf = (group: GroupMoments | undefined, low: number): Estimate => {
    const n = group?.moments.count ?? 0;
    return group && n > 0 ? meanEstimate(group.moments, confidence, low) : absent(0, unlabelled ?? 'no rows');
  };
  names.forEach((name, at) => {
    const n = signed[at]?.moments.count ?? 0;
    list.add('count', { n, value: n }, name);
    list.add('mean_error', meanOf(signed[at], -Infinity), name);
    list.add('mae', meanOf(absolute[at], 0), name);
  });
  if (unlabelled !== undefined) {
    list.addAbsent(['mean_error_difference', 'mae_difference', 'anova_p'], 0, unlabelled);
    return;
  }
  list.add('mean_error_difference', meanDifference(signed, confidence));
  list.add('mae_difference', meanDifference(absolute, confidence));
  list.add('anova_p', anova);
}

/** `right` is 1 or 0 for each row, -1 where label or prediction is missing. */
export interface AccuracyFairnessInput {
  readonly grouping: Grouping;
  readonly right: Int8Array;
  readonly confidence: number;
  readonly unlabelled: string | undefined;
}

/** Count and accuracy of each group of a multi-class classifier, and the largest difference of accuracies. */
export function accuracyFairness(list: AttributeFigures, input: AccuracyFairnessInput): void {
  const { grouping, right } = input;
  const groups = hitsByGroup(right, grouping).map((sums, at) => ({ name: grouping.names[at] as string, ...sums }));
  accuracyFairnessOf(list, groups, input);
}

/** The same figures from the counts of the groups. */
export function accuracyFairnessOf(
  list: AttributeFigures,
  groups: ReadonlyArray<{ readonly name: string; readonly rows: number; readonly hits: number }>,
  { confidence, unlabelled }: Pick<AccuracyFairnessInput, 'confidence' | 'unlabelled'>,
): void {
  const tallies = groups.map(({ name, rows: n, hits: tp }) => ({
    name,
    counts: { tp, fp: n - tp, fn: 0, tn: 0 },
    predicted: n,
    selected: n,
  }));
  for (const { name, counts, predicted } of tallies) {
    list.add('count', { n: predicted, value: predicted }, name);
    list.add('accuracy', unlabelled ? absent(0, unlabelled) : share(counts.tp, predicted, confidence), name);
  }
  const definition = disparities.find(({ name }) => name === 'accuracy_difference');
  const filled = tallies.filter(({ predicted }) => predicted > 0);
  if (!definition || filled.length === 0) list.addAbsent(['accuracy_difference'], 0, unlabelled ?? 'no rows');
  else list.add('accuracy_difference', disparity(definition, filled, confidence));
}
