/** Collects estimates under the ids of the family `performance`, as far as they were asked for. */

import { absent, type Estimate, figureOf } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';

export interface FigureList {
  /** Adds the figure where its metric is wanted; the estimate is only made then. */
  add(metric: string, estimate: Estimate | (() => Estimate), className?: string): void;
  /** Adds each metric without a value. */
  addAbsent(metrics: readonly string[], n: number, reason: string): void;
  wants(...metrics: readonly string[]): boolean;
  readonly figures: readonly Figure[];
}

export function performanceFigures(on: Period, wanted: ReadonlySet<string>): FigureList {
  const figures: Figure[] = [];
  const add = (metric: string, estimate: Estimate | (() => Estimate), className?: string): void => {
    if (!wanted.has(metric)) return;
    const made = typeof estimate === 'function' ? estimate() : estimate;
    const id = `performance/${on}/${metric}`;
    const name = { family: 'performance', metric, on } as const;
    if (className === undefined) figures.push(figureOf({ id, ...name }, made));
    else figures.push(figureOf({ id: `${id}/${className}`, ...name, class: className }, made));
  };
  return {
    add,
    addAbsent: (metrics, n, reason) => {
      for (const metric of metrics) add(metric, absent(n, reason));
    },
    wants: (...metrics) => metrics.some((metric) => wanted.has(metric)),
    figures,
  };
}
