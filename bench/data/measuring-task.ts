/** What is asked of a measuring process, and what it answers; rows and figures of a reference stay on its side. */
import type { ModelDefinition } from '../../src/model/definition.js';
import type { MetricSelection } from '../../src/model/metric-description.js';
import type { Window } from '../../src/model/window.js';

export interface MeasuringTask {
  readonly definition: ModelDefinition;
  readonly window: Window;
  readonly metrics: MetricSelection;
  /**
   * `both windows`: the reference is read and measured, then the current window against it. `stored reference`: the
   * current window, against what `store reference` has left in Plumbline's database. `hours`: the current window as the
   * sum of its hours, by what cycles load their windows with; the model is stored.
   */
  readonly way: 'both windows' | 'stored reference' | 'store reference' | 'hours';
}

export type ToMeasuring =
  | { readonly kind: 'open'; readonly tablesUrl: string; readonly storeUrl: string; readonly thread: boolean }
  | { readonly kind: 'measure'; readonly tasks: readonly MeasuringTask[] }
  | { readonly kind: 'stop' };

export interface Measured {
  readonly rows: number;
  readonly seconds: number;
  /** Of them, waiting for rows and taking them in. */
  readonly readSeconds: number;
  /** All threads of the process. */
  readonly cpuSeconds: number;
  /** Most resident memory since the process began. */
  readonly peakMib: number;
  /** Bytes of the references that were stored. */
  readonly storedBytes: number;
  /** Of the last task: all that are numbers. */
  readonly figures: ReadonlyArray<readonly [id: string, value: number]>;
  /** Of those that were made from profiles and are not exact. */
  readonly bounds: ReadonlyArray<readonly [id: string, bound: number]>;
}

export type FromMeasuring =
  | { readonly kind: 'opened' }
  | { readonly kind: 'measured'; readonly measured: Measured }
  | { readonly kind: 'failed'; readonly message: string };
