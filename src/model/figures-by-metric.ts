/** Figures by their metric, looked up many times: one list is asked for dozens of metrics by every rule. */
import type { Figure } from './figure.js';

const INDEXES = new WeakMap<readonly Figure[], ReadonlyMap<string, readonly Figure[]>>();

function indexOf(figures: readonly Figure[]): ReadonlyMap<string, readonly Figure[]> {
  const index = new Map<string, Figure[]>();
  for (const figure of figures) {
    const known = index.get(figure.metric);
    if (known === undefined) index.set(figure.metric, [figure]);
    else known.push(figure);
  }
  return index;
}

/** Those of one metric, in their order. The list must not change afterwards: it is sorted out once. */
export function figuresOfMetric(figures: readonly Figure[], metric: string): readonly Figure[] {
  let index = INDEXES.get(figures);
  if (index === undefined) {
    index = indexOf(figures);
    INDEXES.set(figures, index);
  }
  return index.get(metric) ?? [];
}
