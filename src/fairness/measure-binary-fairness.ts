/** Fairness figures of a binary classifier for one attribute. */

import { share } from '../metrics/confusion.js';
import { absent, conventional, type Estimate, measured } from '../model/estimate.js';
import { withScratch } from '../numeric/scratch.js';
import { sortDoubles } from '../numeric/sort.js';
import {
  addCounts,
  type GroupMoments,
  type GroupTally,
  momentsByGroup,
  momentsOfRest,
  rowsOf,
  tallyGroups,
} from '../profile/by-group.js';
import {
  disparities,
  groupRates,
  inequalityRates,
  type RateDefinition,
  supportedDisparities,
  truePositiveRate,
} from './definitions.js';
import { contrast, disparity, gini, rateOf, signedDisparities, theilIndex } from './disparity.js';
import type { AttributeFigures } from './fairness-figures.js';
import { chiSquareOfPrediction, pooledT, welchT } from './group-tests.js';
import type { Grouping } from '../model/groups.js';
import { type EvidenceOptions, FOUR_FIFTHS, lackOfEvidence, toRest } from './to-rest.js';

/** What is measured against the groups; labels and predictions are 1, 0 or -1 (missing). */
export interface BinaryFairnessInput extends BinaryFairnessContext {
  readonly grouping: Grouping;
  readonly labels: Int8Array;
  readonly predictions: Int8Array;
  /** `NaN` where missing. */
  readonly scores: Float64Array | undefined;
}

/** What holds whatever the figures are made of. */
export interface BinaryFairnessContext {
  readonly privileged: string | undefined;
  readonly evidence: EvidenceOptions;
  readonly confidence: number;
  /** Why nothing can be measured against labels, or `undefined`. */
  readonly unlabelled: string | undefined;
}

/** Scores of the rows with label, prediction and group. */
export interface ScoresOfGroups {
  /** Of each group, in the order of the tallies. */
  readonly moments: readonly GroupMoments[];
  readonly gini: () => Estimate;
}

const SCORE_TESTS = ['score_t_statistic', 'score_t_p', 'score_welch_statistic', 'score_welch_p'] as const;

/** Figures over the groups that need labels, without those of the score and of a privileged group. */
const OVER_GROUPS = [
  ...disparities.map(({ name }) => name),
  ...supportedDisparities.map(({ name }) => `${name}_supported`),
  'four_fifths_pass',
  ...inequalityRates.flatMap(({ name }) => [`contrast_${name}`, `gini_${name}`]),
  'theil_index',
  'chi2_prediction_statistic',
  'chi2_prediction_p',
  'chi2_prediction_p_yates',
];

function groupFigures(tally: GroupTally, list: AttributeFigures, input: BinaryFairnessContext): void {
  const rows = rowsOf(tally.counts);
  list.add('count', { n: rows, value: rows }, tally.name);
  for (const rate of groupRates) {
    const estimate = (): Estimate =>
      input.unlabelled === undefined
        ? share(rate.hits(tally.counts), rate.of(tally.counts), input.confidence)
        : absent(0, input.unlabelled);
    list.add(rate.name, estimate, tally.name);
  }
}

function inequality(rate: RateDefinition, groups: readonly GroupTally[]): Record<'contrast' | 'gini', Estimate> {
  const values = groups.map(({ counts }) => rateOf(rate, counts));
  const n = Math.min(...groups.map(({ counts }) => rate.of(counts)));
  const estimate = (value: number | undefined): Estimate => {
    if (value === undefined) return absent(n, 'all groups are 0: 0/0');
    return n === 0 ? conventional(value, 0) : measured(value, n);
  };
  return { contrast: estimate(contrast(values)), gini: estimate(gini(Float64Array.from(values).sort())) };
}

function fourFifths(groups: readonly GroupTally[], confidence: number): Estimate {
  const definition = disparities.find(({ name }) => name === 'demographic_parity_ratio');
  if (!definition) throw new Error('no definition of demographic_parity_ratio');
  const ratio = disparity(definition, groups, confidence);
  if (ratio.value === null) return { n: ratio.n, value: false, degenerate: true };
  return { n: ratio.n, value: (ratio.value as number) >= FOUR_FIFTHS };
}

/** The disparity over the groups that have enough evidence in each of its rates. */
function supported(
  definition: (typeof supportedDisparities)[number],
  groups: readonly GroupTally[],
  { evidence, confidence }: BinaryFairnessContext,
): Estimate {
  const enough = groups.filter(({ counts }) =>
    definition.rates.every(
      (rate) =>
        lackOfEvidence({ unit: 'rows', groupRows: rowsOf(counts), of: rate.of(counts) }, evidence) === undefined,
    ),
  );
  if (enough.length < 2) {
    const found = `${String(enough.length)} of ${String(groups.length)} groups have enough rows, 2 needed`;
    return absent(0, `insufficient evidence: ${found}`);
  }
  return disparity(definition, enough, confidence);
}

function overGroups(groups: readonly GroupTally[], list: AttributeFigures, input: BinaryFairnessContext): void {
  for (const definition of disparities)
    list.add(definition.name, () => disparity(definition, groups, input.confidence));
  for (const definition of supportedDisparities) {
    list.add(`${definition.name}_supported`, () => supported(definition, groups, input));
  }
  list.add('four_fifths_pass', () => fourFifths(groups, input.confidence));
  for (const rate of inequalityRates) {
    const both = inequality(rate, groups);
    list.add(`contrast_${rate.name}`, both.contrast);
    list.add(`gini_${rate.name}`, both.gini);
  }
  list.add('theil_index', () => theilIndex(addCounts(groups)));
  const chi = chiSquareOfPrediction(groups);
  list.add('chi2_prediction_statistic', chi.statistic);
  list.add('chi2_prediction_p', chi.p);
  list.add('chi2_prediction_p_yates', chi.pYates);
}

/** Scores of the rows that the fairness figures are taken over: label and prediction present; else missing. */
function keepUsedScores(
  { labels, predictions, grouping }: BinaryFairnessInput,
  scores: Float64Array,
  into: Float64Array,
): void {
  for (let row = 0; row < scores.length; row++) {
    const used =
      (labels[row] as number) >= 0 && (predictions[row] as number) >= 0 && (grouping.codes[row] as number) >= 0;
    into[row] = used ? (scores[row] as number) : NaN;
  }
}

/** Gini coefficient of the rows' scores. */
function giniOfScores(scores: Float64Array): Estimate {
  const sorted = sortDoubles(scores);
  // What is missing stands last.
  let n = sorted.length;
  while (n > 0 && Number.isNaN(sorted[n - 1])) n--;
  const present = sorted.subarray(0, n);
  const value = gini(present);
  if (value === undefined) return absent(n, 'the mean score is 0: 0/0');
  // Amounts of something are shared out; with one below 0 the formula still gives a number, but no share of anything.
  const isShare = (present[0] as number) >= 0 || !Number.isFinite(value);
  return isShare ? measured(value, n) : conventional(value, n);
}

/** `tallies` are those of all groups, `scored` those that have figures of their scores. */
function scoreFigures(
  tallies: readonly GroupTally[],
  scored: readonly GroupTally[],
  list: AttributeFigures,
  scores: ScoresOfGroups,
  { unlabelled }: BinaryFairnessContext,
): void {
  if (unlabelled !== undefined) {
    for (const { name } of scored) list.addAbsent(SCORE_TESTS, 0, unlabelled, name);
    list.addAbsent(['gini_scores'], 0, unlabelled);
    return;
  }
  const { moments } = scores;
  const rest = momentsOfRest(moments);
  tallies.forEach(({ name }, at) => {
    const [own, other] = [moments[at], rest[at]];
    if (!own || !other || !scored.some((group) => group.name === name)) return;
    const pooled = pooledT(own, other);
    list.add('score_t_statistic', pooled.statistic, name);
    list.add('score_t_p', pooled.p, name);
    const welch = welchT(own, other);
    list.add('score_welch_statistic', welch.statistic, name);
    list.add('score_welch_p', welch.p, name);
  });
  list.add('gini_scores', scores.gini);
}

function signedFigures(groups: readonly GroupTally[], list: AttributeFigures, input: BinaryFairnessContext): void {
  if (input.privileged === undefined) return;
  const own = groups.filter(({ name }) => name === input.privileged);
  const others = groups.filter(({ name }) => name !== input.privileged);
  const of = signedDisparities(addCounts(own), addCounts(others));
  const unless = (estimate: Estimate): Estimate =>
    input.unlabelled === undefined ? estimate : absent(0, input.unlabelled);
  list.add('statistical_parity_difference', unless(of.statisticalParityDifference));
  list.add('disparate_impact', unless(of.disparateImpact));
  list.add('average_odds_difference', unless(of.averageOddsDifference));
  list.add('average_abs_odds_difference', unless(of.averageAbsOddsDifference));
  list.add('equal_opportunity_difference_signed', unless(of.equalOpportunityDifference));
  list.add('theil_index_aif360', unless(theilIndex(addCounts(groups))));
  list.add('between_group_theil_index', unless(of.betweenGroupTheilIndex));
  list.add('generalized_entropy_index', unless(of.generalizedEntropyIndex));
}

/** Each group against all other rows. Selection needs no label, so it counts every row with a prediction. */
function againstRest(tallies: readonly GroupTally[], list: AttributeFigures, input: BinaryFairnessContext): void {
  const predicted = tallies.reduce((sum, tally) => sum + tally.predicted, 0);
  const selected = tallies.reduce((sum, tally) => sum + tally.selected, 0);
  const all = addCounts(tallies);
  for (const { name, ...own } of tallies) {
    const selection = {
      unit: 'rows',
      groupRows: own.predicted,
      hits: own.selected,
      of: own.predicted,
      restHits: selected - own.selected,
      restOf: predicted - own.predicted,
    };
    list.add('group_rows', { value: own.predicted, n: own.predicted }, name);
    const bySelection = toRest(selection, input.evidence, input.confidence);
    list.add('selection_rate_to_rest', bySelection.ratio, name);
    list.add('selection_rate_to_rest_p', bySelection.p, name);
    const positives = truePositiveRate.of(own.counts);
    const found = truePositiveRate.hits(own.counts);
    const recall = {
      unit: 'positive labels',
      groupRows: rowsOf(own.counts),
      hits: found,
      of: positives,
      restHits: truePositiveRate.hits(all) - found,
      restOf: truePositiveRate.of(all) - positives,
    };
    if (input.unlabelled === undefined) {
      const byRecall = toRest(recall, input.evidence, input.confidence);
      list.add('tpr_to_rest', byRecall.ratio, name);
      list.add('tpr_to_rest_p', byRecall.p, name);
    } else list.addAbsent(['tpr_to_rest', 'tpr_to_rest_p'], 0, input.unlabelled, name);
  }
}

/**
 * Figures of one attribute. Groups without a labelled row have their counts, but take no part in differences, ratios and
 * tests. Without labels what needs them says so, and selection rates are still compared.
 */
export function binaryFairness(list: AttributeFigures, input: BinaryFairnessInput): void {
  const { scores, grouping } = input;
  const areUsed = input.unlabelled === undefined && list.wants(...SCORE_TESTS, 'gini_scores');
  withScratch(scores && areUsed ? scores.length : 0, (used) => {
    if (scores && areUsed) keepUsedScores(input, scores, used);
    const ofScores = scores && {
      moments: list.wants(...SCORE_TESTS) ? momentsByGroup(used, grouping) : [],
      gini: () => giniOfScores(used),
    };
    binaryFairnessOf(list, tallyGroups(input.labels, input.predictions, grouping), ofScores, input);
  });
}

/** The same figures from the tallies of the groups; `scores` where there are any. */
export function binaryFairnessOf(
  list: AttributeFigures,
  tallies: readonly GroupTally[],
  scores: ScoresOfGroups | undefined,
  input: BinaryFairnessContext,
): void {
  for (const tally of tallies) groupFigures(tally, list, input);
  againstRest(tallies, list, input);
  const groups = tallies.filter(({ counts }) => rowsOf(counts) > 0);
  if (groups.length === 0) list.addAbsent(OVER_GROUPS, 0, input.unlabelled ?? 'no rows');
  else overGroups(groups, list, input);
  if (scores) scoreFigures(tallies, input.unlabelled === undefined ? groups : tallies, list, scores, input);
  signedFigures(groups, list, input);
}
