/** Detectors that are fitted first: a one-class support vector machine, and a random forest on labelled anomalies. */

import { columnOf, numbersOf } from '../model/columns.js';
import { absent, type Estimate, measured } from '../model/estimate.js';
import type { Frame, Roles } from '../model/frame.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { type Points, pointsAt, scaledBy, spreadPoints } from './complete-rows.js';
import { fitOneClassSvm, svmDecisions } from './one-class-svm.js';
import { forestScores, growRandomForest } from './random-forest.js';
import { detectionAuc, precisionAtPlanted } from './truth.js';

/** Share of the fitted rows that may lie outside the support vector machine's region. */
const NU = 0.05;
/** Rows that a detector is fitted to: memory of the one and time of the other grow with their square, or nearly. */
const FITTED_ROWS = 1_000;
/** Rows of a period that a fitted detector scores. */
const SCORED_ROWS = 10_000;
/** Known rows of each kind that a forest needs to learn from. */
const FEWEST_OF_A_KIND = 5;
/** The forest calls a row anomalous above this score. */
const MAJORITY = 0.5;

/** Both periods on complete rows, and the frames that they were taken from. */
export interface Periods {
  readonly reference: Frame;
  readonly current: Frame;
  readonly before: Points;
  readonly now: Points;
}

type Measure = readonly [metric: string, estimate: Estimate, on: 'reference' | 'current'];

function shareBelowZero(decisions: Float64Array): Estimate {
  const n = decisions.length;
  if (n === 0) return absent(0, 'no complete row');
  const outside = decisions.filter((decision) => decision < 0).length;
  return measured(outside / n, n, wilsonInterval(outside, n));
}

const everySecond = (points: Points, from: number): Points =>
  pointsAt(
    points,
    Array.from({ length: Math.ceil((points.count - from) / 2) }, (_, at) => from + 2 * at),
  );

/**
 * The support vector machine is fitted to every second complete reference row and scores the rows between, which it has not
 * seen, and the current ones: only the two shares together say whether the current rows are unusual. In many dimensions a
 * region around few rows leaves far more than `NU` of new rows outside.
 */
export function svmMeasures(
  { before, now }: Periods,
  features: readonly string[],
  truth: readonly boolean[] | undefined,
): Measure[] {
  const none = (reason: string): Measure[] => [
    ['one_class_svm_share', absent(now.count, reason), 'current'],
    ['one_class_svm_reference_share', absent(before.count, reason), 'reference'],
    ...(truth === undefined
      ? []
      : [
          ['one_class_svm_auc', absent(0, reason), 'current'] as const,
          ['one_class_svm_precision_at_n', absent(0, reason), 'current'] as const,
        ]),
  ];
  if (before.count < 4) return none('fewer than four complete reference rows');
  if (now.count === 0) return none('no complete current row');
  const some = spreadPoints(before, 2 * SCORED_ROWS);
  const fitted = spreadPoints(everySecond(some, 0), FITTED_ROWS);
  const unseen = everySecond(some, 1);
  const scored = truth === undefined ? spreadPoints(now, SCORED_ROWS) : now;
  const [inside, aside, today] = [fitted, unseen, scored].map((points) => scaledBy(fitted, points, features));
  const unscaled = [inside, aside, today].find((points) => typeof points === 'string');
  if (typeof unscaled === 'string') return none(unscaled);
  const svm = fitOneClassSvm(inside as Points, { nu: NU });
  if (typeof svm === 'string') return none(svm);
  const decisions = svmDecisions(svm, today as Points);
  const scores = decisions.map((decision) => -decision);
  return [
    ['one_class_svm_share', shareBelowZero(decisions), 'current'],
    ['one_class_svm_reference_share', shareBelowZero(svmDecisions(svm, aside as Points)), 'reference'],
    ...(truth === undefined
      ? []
      : [
          ['one_class_svm_auc', detectionAuc(truth, scores), 'current'] as const,
          ['one_class_svm_precision_at_n', precisionAtPlanted(truth, scores), 'current'] as const,
        ]),
  ];
}

interface KnownPoints {
  readonly points: Points;
  readonly truth: readonly boolean[];
}

/** The points of which it is known whether they are anomalous. */
function knownPoints(frame: Frame, points: Points, planted: string | undefined): KnownPoints {
  const column = columnOf(frame, planted);
  const marks = column === undefined ? new Float64Array(0) : numbersOf(column);
  const places = Array.from({ length: points.count }, (_, at) => at);
  const markAt = (place: number): number => marks[points.rows[place] as number] ?? NaN;
  const known = places.filter((place) => Number.isFinite(markAt(place)));
  return { points: pointsAt(points, known), truth: known.map((place) => markAt(place) !== 0) };
}

const rarerKind = ({ truth }: KnownPoints): number => {
  const anomalies = truth.filter(Boolean).length;
  return Math.min(anomalies, truth.length - anomalies);
};

/** At most `FITTED_ROWS` known points, evenly spread, each kind by itself so that the rare one is not lost. */
function trainingPoints({ points, truth }: KnownPoints): KnownPoints {
  const spread = [true, false].flatMap((kind) => {
    const of = truth.flatMap((is, at) => (is === kind ? [at] : []));
    const step = Math.ceil((2 * of.length) / FITTED_ROWS);
    return step <= 1 ? of : of.filter((_, at) => at % step === 0);
  });
  const places = truth.length <= FITTED_ROWS ? truth.map((_, at) => at) : spread.sort((a, b) => a - b);
  return { points: pointsAt(points, places), truth: places.map((place) => truth[place] as boolean) };
}

/** What a forest says of rows that it has not learnt from, and which of them are known. */
interface Judged {
  readonly scores: Float64Array;
  readonly known: readonly boolean[] | undefined;
}

/** The current rows by a forest grown on the reference's. */
function heldOut(learnt: KnownPoints, { now, current }: Periods, planted: string | undefined): Judged {
  const { points, truth } = trainingPoints(learnt);
  const { forest } = growRandomForest(points, truth, { seed: 0 });
  const told = knownPoints(current, now, planted);
  const scored = told.truth.length === now.count ? now : spreadPoints(now, SCORED_ROWS);
  return { scores: forestScores(forest, scored), known: told.truth.length === now.count ? told.truth : undefined };
}

/** The current rows by the trees that did not see them. */
function outOfBag(learnt: KnownPoints): Judged {
  const { points, truth } = trainingPoints(learnt);
  const scores = growRandomForest(points, truth, { seed: 0 }).outOfBag;
  const judged = truth.flatMap((_, at) => (Number.isNaN(scores[at]) ? [] : [at]));
  return { scores: scores.filter((score) => !Number.isNaN(score)), known: judged.map((at) => truth[at] as boolean) };
}

/**
 * The forest learns from the reference where it knows at least five rows of each kind, and judges the current rows; else it
 * learns from the current rows that are known and judges each by the trees that did not see it. Nothing is measured where
 * nobody says which rows are anomalous.
 */
export function randomForestMeasures(periods: Periods, { planted }: Pick<Roles, 'planted'>): Measure[] {
  if (planted === undefined) return [];
  const before = knownPoints(periods.reference, periods.before, planted);
  const now = knownPoints(periods.current, periods.now, planted);
  const metrics = ['random_forest_share', 'random_forest_auc', 'random_forest_precision_at_n'] as const;
  const none = (n: number, reason: string): Measure[] =>
    metrics.map((metric) => [metric, absent(n, reason), 'current'] as const);
  if (periods.now.count === 0) return none(0, 'no complete current row');
  const learnsBefore = rarerKind(before) >= FEWEST_OF_A_KIND;
  if (!learnsBefore && rarerKind(now) < FEWEST_OF_A_KIND)
    return none(rarerKind(now), `fewer than ${String(FEWEST_OF_A_KIND)} known rows of a kind to learn from`);
  const { scores, known } = learnsBefore ? heldOut(before, periods, planted) : outOfBag(now);
  const n = scores.length;
  if (n === 0) return none(0, 'every tree saw every row');
  const called = scores.filter((score) => score > MAJORITY).length;
  const unknown = absent(0, 'it is not known of every current row whether it is anomalous');
  return [
    ['random_forest_share', measured(called / n, n, wilsonInterval(called, n)), 'current'],
    ['random_forest_auc', known ? detectionAuc(known, scores) : unknown, 'current'],
    ['random_forest_precision_at_n', known ? precisionAtPlanted(known, scores) : unknown, 'current'],
  ];
}
