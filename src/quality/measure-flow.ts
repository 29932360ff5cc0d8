/** How rows and labels flow in: whether they are fresh, whether labels find their predictions, whether scores stand still. */

import { columnOf, numbersOf } from '../model/columns.js';
import { absent, type Estimate, figureOf, measured } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import type { MetricDescription, MetricSelection } from '../model/metric-description.js';
import { type LabelFlow, labelsIn, type TimeFlow, timesIn } from '../profile/flow-counts.js';
import { shareOf } from './numeric-quality.js';
import { hasAnswers, stuckShare } from './stuck-scores.js';

export interface FlowOptions {
  readonly metrics: MetricSelection;
  /** End of the window, milliseconds since the epoch; without it freshness has no value. */
  readonly windowEnd?: number;
}

type Entry = Omit<MetricDescription, 'family' | 'tasks' | 'byDefault' | 'better'>;

const ENTRIES: readonly Entry[] = [
  {
    name: 'freshness',
    needs: ['time', 'window end'],
    range: [0, null],
    denominator: 'rows with a time',
    smallestN: 1,
    formula: 'end of the window - newest time of a row, in seconds',
    source: 'own',
  },
  {
    name: 'stuck_share',
    needs: ['score'],
    range: [0, 1],
    denominator: 'rows with a score (regression: a prediction)',
    smallestN: 1,
    formula: 'rows in stretches of one answer to at least 5 different requests in a row / rows',
    source: 'flat-line test of U.S. IOOS QARTOD',
  },
  {
    name: 'orphan_share',
    needs: ['label'],
    range: [0, 1],
    denominator: 'labels of the window',
    smallestN: 1,
    formula: 'labels without a prediction / labels',
    source: 'own',
  },
];

/** The catalogue of the flow of rows and labels, part of the family `quality`. */
export const flowCatalogue: readonly MetricDescription[] = ENTRIES.map((entry) => ({
  ...entry,
  family: 'quality',
  tasks: [],
  better: 'lower',
  byDefault: true,
}));

/**
 * Freshness: seconds from the newest row's time to the end of the window; lower is better, in the unit of seconds, at
 * least 0. n = rows with a time. No value where the end of the window is not known, no row has a time, or a row is later
 * than the end.
 */
export function freshness({ rows: n, newest }: TimeFlow, windowEnd: number | undefined): Estimate {
  if (n === 0) return absent(0, 'no row has a time');
  if (windowEnd === undefined) return absent(n, 'the end of the window is not known');
  if (newest > windowEnd) return absent(n, 'a row is later than the end of the window');
  return measured((windowEnd - newest) / 1000, n);
}

/**
 * Orphan share: labels whose prediction is not there, over all labels of the window; in [0, 1], lower is better, with
 * Wilson interval. Where labels have a table of their own, those of the window are found by the time of their prediction,
 * or else by their arrival, and looked up among all predictions (`intake.labels`). Where they stand beside the predictions,
 * an orphan is a row with a label and no prediction. n = labels. No value without labels.
 */
export function orphanShare(labels: LabelFlow): Estimate {
  if ('reason' in labels) return absent(0, labels.reason);
  return shareOf(labels.orphans, labels.read, 'no labels');
}

/** The figures of `flowCatalogue` that apply to the columns; freshness and orphans only of the current period. */
export function measureFlow(frame: Frame, roles: Roles, on: Period, { metrics, windowEnd }: FlowOptions): Figure[] {
  const figures: Figure[] = [];
  const add = (metric: string, estimate: () => Estimate): void => {
    if (typeof metrics !== 'string' && !metrics.includes(metric)) return;
    figures.push(figureOf({ id: `quality/${on}/${metric}`, family: 'quality', metric, on }, estimate()));
  };
  const time = columnOf(frame, roles.time);
  if (time !== undefined && on === 'current') add('freshness', () => freshness(timesIn(numbersOf(time)), windowEnd));
  if (hasAnswers(frame, roles)) add('stuck_share', () => stuckShare(frame, roles));
  if (roles.label !== undefined && on === 'current') add('orphan_share', () => orphanShare(labelsIn(frame, roles)));
  return figures;
}
