/** Figures of a classifier of several classes from its profile. */

import type { MulticlassOutcomes } from '../profile/hourly/outcomes/multiclass-outcomes.js';
import { unpackScores } from '../profile/hourly/outcomes/score-bins.js';
import { binnedRocArea, runsOf } from './binned-ranking.js';
import { figuresOfClassSums } from './class-scores.js';
import { share } from './confusion.js';
import type { TableContext } from './measure-binary.js';
import { addClassScores, addClassTable, SCORES_OF_CLASSES, TABLE_OF_CLASSES } from './measure-multiclass.js';

const OF_ALL_ROWS: readonly string[] = ['accuracy', 'precision_micro', 'recall_micro', 'f1_micro'];

/** Table figures; with more pairs of classes than a profile holds only those of all rows. */
export function addTableOfClasses(context: TableContext, { rows, hits, pairs }: MulticlassOutcomes): void {
  const { list, confidence } = context;
  if (pairs !== null) {
    addClassTable(context, pairs);
    return;
  }
  list.add('count', { n: rows, value: rows });
  for (const metric of OF_ALL_ROWS) list.add(metric, share(hits, rows, confidence));
  const others = TABLE_OF_CLASSES.filter((metric) => !OF_ALL_ROWS.includes(metric));
  list.addAbsent(others, rows, 'more pairs of label and prediction than a profile holds');
}

/** Figures of the class scores. */
export function addScoresOfClasses(
  { list, confidence, unlabelled }: TableContext,
  { scores, bins }: MulticlassOutcomes,
  probabilities: boolean,
): void {
  if (unlabelled !== undefined || scores === null) {
    list.addAbsent(SCORES_OF_CLASSES, 0, unlabelled ?? 'no labels');
    return;
  }
  const runs = bins.map((packed) => runsOf(unpackScores(packed)));
  const classes = { labels: runs.map(({ positives }) => positives), areas: () => runs.map(binnedRocArea) };
  addClassScores(list, figuresOfClassSums(scores, classes, probabilities, confidence));
}
