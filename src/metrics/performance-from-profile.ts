/** Performance from the profile of a window's outcomes, whose rows need not be there any more. */

import { absent, type Estimate, measured, withBound } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';
import type { Roles } from '../model/frame.js';
import { DEFAULT_CONFIDENCE } from '../numeric/intervals.js';
import { NEEDS_ROWS } from '../profile/hourly/needs-rows.js';
import type { BinaryOutcomes, BinaryScores } from '../profile/hourly/outcomes/binary-outcomes.js';
import { binnedQuantile, binnedQuantileInterval } from '../profile/hourly/outcomes/binned-quantile.js';
import { binnedCount, type Bins, unpackValues } from '../profile/hourly/outcomes/bins.js';
import type { FrozenOutcomes, OutcomeProfile } from '../profile/hourly/outcomes/outcome-profile.js';
import { unpackScores } from '../profile/hourly/outcomes/score-bins.js';
import type { Level } from '../profile/level-outcomes.js';
import { binnedAveragePrecision, binnedRocAuc, binnedScoreKs, binnedTopShare, runsOf } from './binned-ranking.js';
import { binnedRecalibration } from './binned-recalibration.js';
import { performanceCatalogue, selectedMetrics } from './catalogue.js';
import { addScoresOfClasses, addTableOfClasses } from './classes-from-profile.js';
import { LABEL_DELAYS, NO_DELAY } from './label-delay.js';
import { addPositiveShare, binaryTable, SCORE_OF_BINARY, type TableContext } from './measure-binary.js';
import { changeFigures, levelFigure, outcomeName, type TableNow } from './measure-change.js';
import {
  addLabelCoverage,
  performanceSeed,
  type PerformanceOptions,
  reasonWithoutLabels,
} from './measure-performance.js';
import { performanceFigures } from './performance-figures.js';
import {
  figuresOfProbabilityMoments,
  meanEstimate,
  noProbabilityFigures,
  reasonAgainstProbabilities,
} from './probability.js';
import { addRegression } from './regression-from-profile.js';

/** Which figures are wanted; frozen: what the profile was gathered by. */
export interface FromProfileOptions extends PerformanceOptions {
  readonly frozen: FrozenOutcomes;
}

function labelDelay(delays: Bins, q: number, confidence: number): Estimate {
  const n = binnedCount(delays);
  if (n === 0) return absent(0, NO_DELAY);
  const [low, high] = binnedQuantile(delays, q);
  const value = low === high ? low : low / 2 + high / 2;
  return withBound(measured(value, n, binnedQuantileInterval(delays, q, confidence)), (high - low) / 2);
}

function addScores({ list, confidence }: TableContext, scores: BinaryScores, probabilities: boolean): void {
  const bins = unpackScores(scores.bins);
  const runs = runsOf(bins);
  const rows = runs.positives + runs.negatives;
  const unfit = reasonAgainstProbabilities(rows, scores.outside > 0, probabilities);
  const probability =
    unfit === undefined
      ? figuresOfProbabilityMoments(scores.probability, scores.calibration, confidence)
      : noProbabilityFigures(rows, unfit);
  list.add('log_loss', probability.logLoss);
  list.add('brier', probability.brier);
  list.add('ece', probability.ece);
  list.add('calibration_gap', probability.calibrationGap);
  if (list.wants('calibration_slope', 'calibration_intercept')) {
    const fit = binnedRecalibration(bins, unfit, confidence);
    list.add('calibration_slope', fit.slope);
    list.add('calibration_intercept', fit.intercept);
  }
  list.add('roc_auc', () => binnedRocAuc(runs, confidence));
  list.add('average_precision', () => binnedAveragePrecision(runs, confidence));
  list.add('score_ks', () => binnedScoreKs(runs, confidence));
  list.addAbsent(['precision_recall_curve', 'roc_curve'], rows, NEEDS_ROWS);
  if (!list.wants('gain_10', 'lift_10')) return;
  const top = binnedTopShare(runs, 0.1, confidence);
  list.add('gain_10', top.gain);
  list.add('lift_10', top.lift);
}

function addBinary(context: TableContext, profile: OutcomeProfile, task: BinaryOutcomes, roles: Roles): void {
  const { list, confidence, unlabelled } = context;
  if (profile.hasPrediction) binaryTable(context, task.counts);
  addPositiveShare(context, task.positiveLabels, profile.labelled);
  if (task.scores === null) return;
  const { all } = task.scores;
  list.add('mean_score', all.count === 0 ? absent(0, 'no value is present') : meanEstimate(all, confidence));
  if (unlabelled === undefined) addScores(context, task.scores, roles.scoresAreProbabilities);
  else list.addAbsent(SCORE_OF_BINARY, 0, unlabelled);
}

function addTask(context: TableContext, profile: OutcomeProfile, roles: Roles): void {
  const { task } = profile;
  switch (task.kind) {
    case 'binary':
      addBinary(context, profile, task, roles);
      break;
    case 'multiclass':
      if (profile.hasPrediction) addTableOfClasses(context, task);
      if (roles.scores !== undefined) addScoresOfClasses(context, task, roles.scoresAreProbabilities);
      break;
    case 'regression':
      addRegression(context, task);
      break;
  }
}

/** The tables of a profile by the levels that were frozen; those of absent columns are left out. */
function tablesOf({ levels }: OutcomeProfile, frozen: FrozenOutcomes): ReadonlyMap<string | undefined, Level[]> {
  return new Map(
    levels.flatMap(({ feature, present, rows, sums, squares }, at) => {
      if (!present) return [];
      const slots = frozen.levels[at]?.slots ?? [];
      const level = (slot: (typeof slots)[number], place: number): Level => ({
        ...slot,
        n: rows[place] as number,
        sum: sums[place] as number,
        squares: squares[place] as number,
      });
      return [[feature, slots.map(level)] as const];
    }),
  );
}

/** Whether two tables are by the same levels. */
const isAlike = (a: readonly Level[], b: readonly Level[]): boolean =>
  a.length === b.length && a.every(({ kind, name }, at) => kind === b[at]?.kind && name === b[at].name);

function changes(
  profile: OutcomeProfile,
  roles: Roles,
  on: Period,
  wanted: ReadonlySet<string>,
  options: FromProfileOptions,
) {
  const tables = tablesOf(profile, options.frozen);
  const wants = (metric: string): boolean => wanted.has(metric);
  const byLevel = `${outcomeName(roles)}_by_level`;
  if (on === 'reference') {
    if (!wants(byLevel)) return [];
    return [...tables].map(([feature, table]) =>
      levelFigure(
        byLevel,
        feature,
        table,
        table.reduce((sum, { n }) => sum + n, 0),
      ),
    );
  }
  if (options.before === undefined) return [];
  const now: TableNow = (feature, before) => {
    const table = tables.get(feature);
    const frozen = profile.levels.some((level) => level.feature === feature);
    if (table === undefined && frozen) return profile.rows === 0 ? 'empty window' : 'no labels';
    if (before === undefined) return undefined;
    return table !== undefined && isAlike(before, table) ? table : NEEDS_ROWS;
  };
  return changeFigures(roles, options.before, now, { wants, confidence: options.confidence ?? DEFAULT_CONFIDENCE });
}

/**
 * The figures of `measurePerformance`, with the same ids and in the same order. What comes from counts is equal, intervals
 * included; what comes from sums is equal but for rounding; figures of the order of scores, quantiles and the fit to the
 * labels carry a `bound`. Tables of a reference are by the levels that were frozen, not chosen anew. Curves have no value.
 */
export function measurePerformanceFromProfile(
  profile: OutcomeProfile,
  roles: Roles,
  on: Period,
  options: FromProfileOptions,
): Figure[] {
  const wanted = selectedMetrics(performanceCatalogue, roles.task, options.metrics);
  const list = performanceFigures(on, wanted);
  const context: TableContext = {
    list,
    confidence: options.confidence ?? DEFAULT_CONFIDENCE,
    seed: performanceSeed(on, profile.rows),
    unlabelled: reasonWithoutLabels(profile.rows, profile.labelled),
  };
  if (roles.label !== undefined) addLabelCoverage(context, profile.rows, profile.labelled);
  if (profile.hasDelays) {
    const delays = unpackValues(profile.delays);
    for (const [metric, q] of LABEL_DELAYS) list.add(metric, () => labelDelay(delays, q, context.confidence));
  }
  addTask(context, profile, roles);
  return [...list.figures, ...changes(profile, roles, on, wanted, options)];
}
