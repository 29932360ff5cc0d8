/** Performance with labels: every figure of the family `performance` that applies to the task and its columns. */

import { columnOf, countPresent } from '../model/columns.js';
import { absent } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import type { MetricSelection } from '../model/metric-description.js';
import { DEFAULT_CONFIDENCE } from '../numeric/intervals.js';
import { seedFrom } from '../numeric/random.js';
import { performanceCatalogue, selectedMetrics } from './catalogue.js';
import { share } from './confusion.js';
import { LABEL_DELAYS, labelDelays } from './label-delay.js';
import { binaryFigures } from './measure-binary.js';
import { measureChange, measureLevels } from './measure-change.js';
import { multiclassScores, multiclassTable } from './measure-multiclass.js';
import { regressionFigures } from './measure-regression.js';
import type { PerformanceContext } from './performance-context.js';
import { performanceFigures } from './performance-figures.js';

export interface PerformanceOptions {
  readonly metrics: MetricSelection;
  /** Two-sided confidence of the intervals; 0.99 unless given. */
  readonly confidence?: number;
  /** Fewest rows of a level that tables of the reference keep apart; 10 unless given. */
  readonly smallestGroup?: number;
  /** Figures of the reference: with them the change of the current window is taken apart. */
  readonly before?: readonly Figure[];
}

/** Why nothing can be measured against labels, or `undefined`. */
export function reasonWithoutLabels(rows: number, labelled: number): string | undefined {
  return rows === 0 ? 'empty window' : labelled === 0 ? 'no labels' : undefined;
}

/** The bootstraps' seed: the same period and size give the same intervals. */
export function performanceSeed(on: Period, rows: number): number {
  return seedFrom(`performance/${on}/${String(rows)}`);
}

/** Share of the rows that have a label. */
export function addLabelCoverage(
  { list, confidence }: Pick<PerformanceContext, 'list' | 'confidence'>,
  rows: number,
  labelled: number,
): void {
  list.add('label_coverage', rows === 0 ? absent(0, 'empty window') : share(labelled, rows, confidence));
}

/**
 * Every performance figure of the selection that applies to the task and the columns of the roles, in a fixed order. Rows
 * without label or prediction (score figures: label or score) are left out, not counted as wrong. Without labels each
 * figure stands there with the reason `no labels` (or `empty window`), so that ids do not come and go. Last come the tables
 * of a reference, or the parts of the change against it.
 */
export function measurePerformance(frame: Frame, roles: Roles, on: Period, options: PerformanceOptions): Figure[] {
  const list = performanceFigures(on, selectedMetrics(performanceCatalogue, roles.task, options.metrics));
  const label = columnOf(frame, roles.label);
  const labelled = label ? countPresent(label) : 0;
  const unlabelled = reasonWithoutLabels(frame.rows, labelled);
  const confidence = options.confidence ?? DEFAULT_CONFIDENCE;
  const context: PerformanceContext = {
    frame,
    roles,
    list,
    confidence,
    seed: performanceSeed(on, frame.rows),
    unlabelled,
  };
  if (roles.label !== undefined) addLabelCoverage(context, frame.rows, labelled);
  const [arrived, time] = [columnOf(frame, roles.arrived), columnOf(frame, roles.time)];
  if (label && arrived && time && list.wants(...LABEL_DELAYS.map(([metric]) => metric))) {
    for (const [metric, estimate] of labelDelays(label, arrived, time, confidence)) list.add(metric, estimate);
  }
  switch (roles.task) {
    case 'binary':
      binaryFigures(context);
      break;
    case 'multiclass':
      multiclassTable(context);
      multiclassScores(context);
      break;
    case 'regression':
      regressionFigures(context);
      break;
  }
  const { before, smallestGroup } = options;
  const change = { wants: (metric: string) => list.wants(metric), confidence };
  if (on === 'reference') return [...list.figures, ...measureLevels(frame, roles, change, smallestGroup)];
  return [...list.figures, ...(before ? measureChange(frame, roles, before, change) : [])];
}
