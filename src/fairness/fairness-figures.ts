/** Collects estimates of one attribute under the ids of the family `fairness`, as far as they were asked for. */

import { absent, type Estimate, figureOf } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';

export interface AttributeFigures {
  /** Adds the figure where its metric is wanted; the estimate is only made then. */
  add(metric: string, estimate: Estimate | (() => Estimate), group?: string): void;
  addAbsent(metrics: readonly string[], n: number, reason: string, group?: string): void;
  wants(...metrics: readonly string[]): boolean;
}

export function attributeFigures(
  on: Period,
  attribute: string,
  wanted: ReadonlySet<string>,
  figures: Figure[],
): AttributeFigures {
  const add = (metric: string, estimate: Estimate | (() => Estimate), group?: string): void => {
    if (!wanted.has(metric)) return;
    const made = typeof estimate === 'function' ? estimate() : estimate;
    const prefix = `fairness/${on}/${attribute}`;
    const name = { family: 'fairness', metric, on, attribute } as const;
    if (group === undefined) figures.push(figureOf({ id: `${prefix}/${metric}`, ...name }, made));
    else figures.push(figureOf({ id: `${prefix}/${group}/${metric}`, ...name, group }, made));
  };
  return {
    add,
    addAbsent: (metrics, n, reason, group) => {
      for (const metric of metrics) add(metric, absent(n, reason), group);
    },
    wants: (...metrics) => metrics.some((metric) => wanted.has(metric)),
  };
}
