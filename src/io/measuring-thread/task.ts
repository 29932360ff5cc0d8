/** What threads are asked to measure, and what they answer. */
import type { ColumnToMeasure } from '../../measure/measure-by-column.js';
import type { measureWindow } from '../../measure/measure.js';

/** What `measureWindow` takes. Rows in shared memory (`shareFrame`) are not copied. */
export type WindowToMeasure = Parameters<typeof measureWindow>;

export type Task =
  | { readonly kind: 'window'; readonly window: WindowToMeasure }
  | { readonly kind: 'column'; readonly column: ColumnToMeasure };

interface Returned {
  /** Of the column's reference, which moves to the thread and back. */
  readonly memory?: ArrayBuffer | undefined;
}

export interface Measured extends Returned {
  readonly measured: unknown;
}

export interface Failed extends Returned {
  readonly error: unknown;
}

export type Answer = Measured | Failed;
