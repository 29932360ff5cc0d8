/** Performance of a multi-class classifier: the table of its decisions, and its class scores. */

import { columnOf } from '../model/columns.js';
import { type ClassPair, countPairs } from '../profile/class-pairs.js';
import { classScoreRows } from '../profile/class-score-rows.js';
import { type ClassScoreFigures, classScoreFigures } from './class-scores.js';
import { commonClasses } from '../model/class-codes.js';
import { classMatrix, classCounts, multiclassFigures, TABLE_METRICS } from './multiclass.js';
import type { TableContext } from './measure-binary.js';
import type { PerformanceContext } from './performance-context.js';

const AVERAGES = ['macro', 'micro', 'weighted'] as const;
export const TABLE_OF_CLASSES = [
  'confusion_matrix',
  'accuracy',
  ...TABLE_METRICS,
  'precision_micro',
  'recall_micro',
  'f1_micro',
] as const;
export const SCORES_OF_CLASSES = ['log_loss', 'roc_auc_ovr_macro', 'top_2_accuracy', 'ece'] as const;
/** Figures of label against prediction, averaged and per class. */
export function multiclassTable(context: PerformanceContext): void {
  const { frame, roles, unlabelled } = context;
  const label = columnOf(frame, roles.label);
  const prediction = columnOf(frame, roles.prediction);
  if (!prediction) return;
  if (!label || unlabelled) {
    addClassTable(context, []);
    return;
  }
  const { classes, codes } = commonClasses([label, prediction]);
  addClassTable(context, countPairs(codes[0] as Int32Array, codes[1] as Int32Array, classes));
}

/** The same figures of pairs that each stand once. */
export function addClassTable({ list, confidence, seed, unlabelled }: TableContext, pairs: readonly ClassPair[]): void {
  const counts = classCounts(pairs);
  const { rows } = counts;
  list.add('count', { n: rows, value: rows });
  if (rows === 0) {
    list.addAbsent(TABLE_OF_CLASSES, 0, unlabelled ?? 'no labelled rows');
    return;
  }
  const all = multiclassFigures(counts, seed, confidence);
  list.add('accuracy', all.accuracy);
  for (const metric of ['balanced_accuracy', 'mcc', 'cohen_kappa'] as const) list.add(metric, all.table[metric]);
  list.add('confusion_matrix', () => classMatrix(counts));
  for (const average of AVERAGES) {
    for (const metric of ['precision', 'recall', 'f1'] as const) {
      const estimate = average === 'micro' ? all.accuracy : all.table[`${metric}_${average}`];
      list.add(`${metric}_${average}`, estimate);
    }
  }
  for (const one of all.perClass) {
    list.add('precision', one.precision, one.name);
    list.add('recall', one.recall, one.name);
    list.add('f1', one.f1, one.name);
  }
}

/** Figures of label against the scores of the classes. */
export function multiclassScores({ frame, roles, list, confidence, unlabelled }: PerformanceContext): void {
  if (!roles.scores) return;
  const rows = unlabelled ? undefined : classScoreRows(frame, roles);
  if (!rows) {
    list.addAbsent(SCORES_OF_CLASSES, 0, unlabelled ?? 'no labels');
    return;
  }
  addClassScores(list, classScoreFigures(rows, roles.scoresAreProbabilities, confidence));
}

export function addClassScores(list: PerformanceContext['list'], figures: ClassScoreFigures): void {
  list.add('log_loss', figures.logLoss);
  list.add('roc_auc_ovr_macro', figures.rocAucOvrMacro);
  list.add('top_2_accuracy', figures.top2Accuracy);
  list.add('ece', figures.ece);
}
