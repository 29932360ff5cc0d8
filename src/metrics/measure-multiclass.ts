/** Performance of a multi-class classifier: the table of its decisions, and its class scores. */

import { columnOf, numbersOf } from '../model/columns.js';
import type { Frame, Roles } from '../model/frame.js';
import { type ClassScoreRows, classScoreFigures } from './class-scores.js';
import { commonClasses } from './labels.js';
import { classMatrix, countClasses, multiclassFigures, TABLE_METRICS } from './multiclass.js';
import type { PerformanceContext } from './performance-context.js';

const AVERAGES = ['macro', 'micro', 'weighted'] as const;
const TABLE_OF_CLASSES = [
  'confusion_matrix',
  'accuracy',
  ...TABLE_METRICS,
  'precision_micro',
  'recall_micro',
  'f1_micro',
] as const;
const SCORES_OF_CLASSES = ['log_loss', 'roc_auc_ovr_macro', 'top_2_accuracy', 'ece'] as const;
/** Figures of label against prediction, averaged and per class. */
export function multiclassTable({ frame, roles, list, confidence, seed, unlabelled }: PerformanceContext): void {
  const label = columnOf(frame, roles.label);
  const prediction = columnOf(frame, roles.prediction);
  if (!prediction) return;
  const common = label && !unlabelled ? commonClasses([label, prediction]) : undefined;
  const counts = common && countClasses(common.codes[0] as Int32Array, common.codes[1] as Int32Array, common.classes);
  const rows = counts?.rows ?? 0;
  list.add('count', { n: rows, value: rows });
  if (!counts || rows === 0) {
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

/** Rows whose label and all scores are present. */
function classScoreRows(frame: Frame, roles: Roles): ClassScoreRows | undefined {
  const label = columnOf(frame, roles.label);
  const pairs = roles.scores;
  if (!label || !pairs) return undefined;
  const classes = pairs.map(([name]) => name);
  const columns = pairs.map(([, column]) => columnOf(frame, column));
  if (columns.some((column) => column === undefined)) return undefined;
  const scores = columns.flatMap((column) => (column ? [numbersOf(column)] : []));
  const { codes, classes: names } = commonClasses([label]);
  const place = names.map((name) => classes.indexOf(name));
  const kept: number[] = [];
  (codes[0] as Int32Array).forEach((code, row) => {
    if (code >= 0 && scores.every((column) => !Number.isNaN(column[row]))) kept.push(row);
  });
  return {
    classes,
    labels: Int32Array.from(kept, (row) => place[codes[0]?.[row] as number] as number),
    scores: scores.map((column) => Float64Array.from(kept, (row) => column[row] as number)),
  };
}

/** Figures of label against the scores of the classes. */
export function multiclassScores({ frame, roles, list, confidence, unlabelled }: PerformanceContext): void {
  if (!roles.scores) return;
  const rows = unlabelled ? undefined : classScoreRows(frame, roles);
  if (!rows) {
    list.addAbsent(SCORES_OF_CLASSES, 0, unlabelled ?? 'no labels');
    return;
  }
  const figures = classScoreFigures(rows, roles.scoresAreProbabilities, confidence);
  list.add('log_loss', figures.logLoss);
  list.add('roc_auc_ovr_macro', figures.rocAucOvrMacro);
  list.add('top_2_accuracy', figures.top2Accuracy);
  list.add('ece', figures.ece);
}
