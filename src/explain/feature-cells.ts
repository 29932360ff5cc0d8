/** The cells of a model's features, row by row: numbers as they are, categories as codes that both periods share. */

import { columnOf, numbersOf } from '../model/columns.js';
import type { ModelCell } from '../model/asked-model.js';
import type { Column, Frame } from '../model/frame.js';
import type { Cells } from './shapley.js';

export interface FeatureCells {
  /** `NaN` where missing; at most so many rows, the first ones. */
  readonly of: (frame: Frame, rows?: number) => Cells;
  /** A row as a model is asked with it. */
  readonly toAsk: (row: Float64Array) => readonly ModelCell[];
  readonly isCategory: readonly boolean[];
}

/** Codes of a category column under which both periods know its texts; -1, missing, becomes `NaN`. */
function codesOf({ codes, levels }: Column & { readonly kind: 'category' }, known: Map<string, number>): Float64Array {
  const shared = levels.map((level) => {
    const code = known.get(level) ?? known.size;
    known.set(level, code);
    return code;
  });
  return Float64Array.from(codes, (code) => (code < 0 ? NaN : (shared[code] as number)));
}

/**
 * How the features of a model are read from both periods; those named in `categorical` are asked for as texts. Or which
 * feature is not there.
 */
export function featureCells(
  frames: readonly Frame[],
  features: readonly string[],
  categorical: ReadonlySet<string>,
): FeatureCells | string {
  const missing = features.find((name) => frames.some((frame) => columnOf(frame, name) === undefined));
  if (missing !== undefined) return `the feature ${missing} of the model is not in the data`;
  const dictionaries = features.map((name) => (categorical.has(name) ? new Map<string, number>() : undefined));
  const read = (frame: Frame): Float64Array[] =>
    features.map((name, i) => {
      const column = columnOf(frame, name) as Column;
      const known = dictionaries[i];
      return known !== undefined && column.kind === 'category' ? codesOf(column, known) : numbersOf(column);
    });
  const columns = new Map(frames.map((frame) => [frame, read(frame)]));
  const texts = dictionaries.map((known) => (known === undefined ? undefined : [...known.keys()]));
  return {
    of: (frame, rows = frame.rows) =>
      Array.from({ length: Math.min(rows, frame.rows) }, (_, row) =>
        Float64Array.from(columns.get(frame) ?? read(frame), (values) => values[row] as number),
      ),
    toAsk: (row) => Array.from(row, (cell, i) => texts[i]?.[cell] ?? cell),
    isCategory: texts.map((of) => of !== undefined && of.length > 0),
  };
}
