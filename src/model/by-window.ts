/**
 * What a metric came to in each window of the reference itself. Such a list is one figure of the reference, beside its
 * others; limits are learned from it.
 */
import type { Figure, FigureValue } from './figure.js';

/** A window of the reference: its rows, and the figure's value there. */
export interface OwnWindow {
  readonly rows: number;
  readonly value: number;
}

/** Metric under which a reference keeps the list. */
export const byWindow = (metric: string): string => `${metric}_by_window`;

/** The list as a figure of the reference, at the place of `figure`; n = windows. */
export function byWindowFigure(figure: Figure, windows: readonly OwnWindow[]): Figure {
  const { id, family, column, pair, class: className, attribute, group } = figure;
  return {
    id: `${id}/by_window`,
    family,
    metric: byWindow(figure.metric),
    on: 'reference',
    ...(column !== undefined && { column }),
    ...(pair !== undefined && { pair }),
    ...(className !== undefined && { class: className }),
    ...(attribute !== undefined && { attribute }),
    ...(group !== undefined && { group }),
    n: windows.length,
    // Ten digits: stored for each feature and window, and never compared for equality.
    value: windows.map(({ rows, value }) => [rows, Number(value.toPrecision(10))]),
  };
}

const isPair = (value: FigureValue): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');

/** The windows of such a figure; empty where it is none. */
export function ownWindowsOf({ value }: Figure): readonly OwnWindow[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly FigureValue[]).filter(isPair).map(([rows, of]) => ({ rows, value: of }));
}
