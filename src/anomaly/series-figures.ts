/** Figures of a window held against the same figures of the windows before it. */

import { absent, figureOf } from '../model/estimate.js';
import { judgeableNumber, type Figure, type FigureSubject } from '../model/figure.js';
import { seriesIn, seriesMetric, type SeriesMethod } from '../model/series-metric.js';
import { newestDeviation } from './series.js';

/** Values of earlier windows that share no data with each other nor with the judged one, oldest first, by the figure's id. */
export type FigureHistory = ReadonlyMap<string, readonly number[]>;

/** The metrics whose history the given ones look at. */
export function metricsWithSeries(metrics: readonly string[]): readonly string[] {
  return [...new Set(metrics.flatMap((name) => seriesIn(name)?.metric ?? []))];
}

/**
 * `<metric>_series_<method>` of one figure: where its value lies from the middle of its history, in reaches of what is usual
 * (`newestDeviation`); beyond -1 or 1 it is unusual. Same place as the figure. n: earlier windows with a value. No value
 * where the figure has no number that may be judged, below eight earlier values, and where they do not vary.
 */
export function seriesFigure(figure: Figure, method: SeriesMethod, history: FigureHistory): Figure {
  const earlier = history.get(figure.id) ?? [];
  const value = judgeableNumber(figure);
  const why = figure.value === null ? figure.reason : 'its value is none to judge by';
  const { on, column, pair, class: className, attribute, group, segment, version } = figure;
  const place = { column, pair, class: className, attribute, group, segment, version };
  return figureOf(
    {
      ...(Object.fromEntries(Object.entries(place).filter(([, part]) => part !== undefined)) as Partial<FigureSubject>),
      on,
      id: `anomaly/series_${method}/${figure.id}`,
      family: 'anomaly',
      metric: seriesMetric(figure.metric, method),
    },
    value === undefined ? absent(earlier.length, why) : newestDeviation([...earlier, value], method),
  );
}

/** The series figures among `metrics`, of every figure of this window that they are about. */
export function seriesFigures(
  figures: readonly Figure[],
  metrics: readonly string[],
  history: FigureHistory,
): Figure[] {
  const asked = [...new Set(metrics)].flatMap((name) => seriesIn(name) ?? []);
  return asked.flatMap(({ metric, method }) =>
    figures
      .filter((figure) => figure.metric === metric && figure.on !== 'reference')
      .map((figure) => seriesFigure(figure, method, history)),
  );
}
