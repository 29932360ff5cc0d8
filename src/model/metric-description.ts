/** What the catalogue says of a metric; the docs and `plumbline metrics` are made from it. */

import type { FigureFamily } from './figure.js';
import type { Task } from './frame.js';

/** Part of the data that a metric cannot do without. */
export type MetricNeed =
  | 'prediction'
  | 'score'
  | 'scores'
  | 'label'
  | 'sensitive'
  | 'privileged'
  | 'time'
  | 'arrival'
  | 'latency'
  | 'processing'
  | 'cpu'
  | 'memory'
  | 'gpu'
  | 'error'
  | 'window length'
  | 'window end'
  | 'earlier windows'
  | 'reference'
  | 'caller'
  | 'known outliers'
  | 'model'
  | 'rows';

/** Which way is better; `closer` to a value for signed differences and ratios; `none` where a figure only describes. */
export type Better = 'higher' | 'lower' | 'none' | { readonly closer: number };

export interface MetricDescription {
  readonly name: string;
  readonly family: FigureFamily;
  /** Tasks it applies to; empty: any. */
  readonly tasks: readonly Task[];
  readonly needs: readonly MetricNeed[];
  /** Lowest and highest possible value; `null` where there is no bound, the whole `null` where it is no number. */
  readonly range: readonly [low: number | null, high: number | null] | null;
  readonly better: Better;
  /** What `n` counts. */
  readonly denominator: string;
  /** Smallest `n` with a value that is not a convention. */
  readonly smallestN: number;
  /** Measured without being asked for. */
  readonly byDefault: boolean;
  readonly formula: string;
  /** Where the definition comes from. */
  readonly source: string;
}

/** `default`: what the catalogue marks so; `all`: every metric that applies; or metrics by name. */
export type MetricSelection = 'default' | 'all' | readonly string[];
