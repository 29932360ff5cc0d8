/** Figures against their own history, for the rules that ask for it. */
import { metricsWithSeries, seriesFigures } from '../../src/anomaly/series-figures.js';
import { figureHistory, HISTORY_SPAN } from '../../src/io/mysql/figure-history.js';
import type { Queryable } from '../../src/io/mysql/rows.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Figure } from '../../src/model/figure.js';
import { addSpan, type Window } from '../../src/model/window.js';

/** The figures with those that hold them against their history; nothing is read where no rule asks for that. */
export async function withSeries(
  db: Queryable,
  { model, schedule, rules }: ModelDefinition,
  { window, version }: { readonly window: Window; readonly version: string | null },
  figures: readonly Figure[],
): Promise<readonly Figure[]> {
  const asked = rules.map(({ metric }) => metric);
  const metrics = metricsWithSeries(asked);
  if (metrics.length === 0) return figures;
  const after = addSpan(window.from, schedule.window, schedule.timezone, -HISTORY_SPAN);
  const history = await figureHistory(db, { model, version, window, after, metrics });
  const own = figures.filter((figure) => figure.version === undefined);
  return [...figures, ...seriesFigures(own, asked, history)];
}
