/** Names of figures that hold another figure against its own history: `roc_auc_series_mad` of `roc_auc`. */

/** By distance from the median, from the quartiles, or from the mean. */
export const SERIES_METHODS = ['mad', 'iqr', 'z'] as const;
export type SeriesMethod = (typeof SERIES_METHODS)[number];

export function seriesMetric(metric: string, method: SeriesMethod): string {
  return `${metric}_series_${method}`;
}

/** The metric whose history is looked at, and how; `undefined` for a metric that looks at none. */
export function seriesIn(name: string): { readonly metric: string; readonly method: SeriesMethod } | undefined {
  const method = SERIES_METHODS.find((one) => name.endsWith(seriesMetric('', one)));
  return method === undefined ? undefined : { metric: name.slice(0, -seriesMetric('', method).length), method };
}
