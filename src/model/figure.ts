/**
 * A figure: one measured number (or text, or small table), with the count it rests on, or *no value* with a reason.
 * This is the only form in which a measurement leaves the measuring stages.
 */

/** The family a figure belongs to; the first part of its id. */
export type FigureFamily =
  | 'quality'
  | 'drift'
  | 'performance'
  | 'fairness'
  | 'runtime'
  | 'estimate'
  | 'anomaly'
  | 'explain'
  | 'segment'
  | 'security';

/** Which period was measured: one of the two, or both against each other. */
export type Period = 'reference' | 'current' | 'both';

/** Most figures are numbers; a confusion matrix is a table, a mode is a text, a list of new categories is a list. */
export type FigureValue = number | string | boolean | readonly FigureValue[];

/** Where a figure was measured. Names are kept apart from the id, because they may hold the id's separator. */
export interface FigureSubject {
  readonly on: Period;
  /** Feature, or the roles `prediction`, `score`, `label`. */
  readonly column?: string;
  /** Two features of a correlation, in order. */
  readonly pair?: readonly [string, string];
  /** Class of a multi-class label. */
  readonly class?: string;
  /** Sensitive attribute; crossings are written `sex x race`. */
  readonly attribute?: string;
  /** Group of that attribute; crossed values are joined by `|`. */
  readonly group?: string;
  /** Slice of the rows, as people call it: `job = student and 25 < age ≤ 37`. */
  readonly segment?: string;
  /** Serving version, where a window holds rows of several. */
  readonly version?: string;
  /** Chunk of an estimate, counted from 0 in the order of the rows. */
  readonly chunk?: number;
  /** What an estimate did to the scores first. */
  readonly calibration?: 'isotonic' | 'none';
}

interface FigureHead extends FigureSubject {
  /** Unique within one evaluation; the ids of the golden set, e.g. `drift/age/ks_statistic`. */
  readonly id: string;
  readonly family: FigureFamily;
  /** Metric name as the catalogue has it, e.g. `roc_auc`. */
  readonly metric: string;
  /**
   * The figure's own denominator: recall counts positives, precision predicted positives, AUC the rarer class,
   * a two-sample distance the smaller sample. Never simply "rows of the window".
   */
  readonly n: number;
}

export interface ValuedFigure extends FigureHead {
  readonly value: FigureValue;
  /** Sampling interval `[low, high]` at `confidence` (default 0.99), both ends finite. */
  readonly interval?: readonly [number, number];
  /**
   * How far the figure of the rows themselves may lie from `value`, on either side, where it was made from a profile: that
   * is certain, not a matter of sampling. Absent where the value is that of the rows.
   */
  readonly bound?: number;
  /** True where the value is a library's convention on an empty denominator: shown, but never judged. */
  readonly degenerate?: true;
}

export interface MissingFigure extends FigureHead {
  readonly value: null;
  /** Why there is no value, as a person would say it: "no positive label", "fewer than 2 rows". */
  readonly reason: string;
}

export type Figure = ValuedFigure | MissingFigure;

/** The number of a figure that has one that may be judged; `undefined` for texts, tables, degenerate and absent values. */
export function judgeableNumber(figure: Figure): number | undefined {
  if (figure.value === null || typeof figure.value !== 'number') return undefined;
  return figure.degenerate ? undefined : figure.value;
}
