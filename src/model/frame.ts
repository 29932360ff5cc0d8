/**
 * A frame: the rows of one window as columns. Produced by the readers (MySQL, CSV), consumed by every measuring stage.
 * Rows are in key order, duplicates by id already dropped and counted.
 */

/** Numbers; `NaN` is missing, infinities are kept and counted apart. */
export interface NumericColumn {
  readonly kind: 'numeric';
  readonly name: string;
  readonly values: Float64Array;
  /** Cells that were present but are no number; they stand as `NaN` in `values` and are not counted as missing. */
  readonly typeMismatches: number;
  /** By row, which text a present cell held that is no finite number, as numbers from 1; 0 elsewhere. Where there is such a cell. */
  readonly oddTexts?: Int32Array;
}

/** As wide as the dictionary needs: most have few levels, and a table many rows. */
export type CategoryCodes = Int8Array | Int16Array | Int32Array;

/** Texts as codes into a dictionary; `-1` is missing. Levels are in order of first appearance. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly name: string;
  readonly codes: CategoryCodes;
  readonly levels: readonly string[];
}

export type Column = NumericColumn | CategoryColumn;

/** What stands beside the rows: counts the readers made while preparing them. */
export interface Intake {
  /** Rows as read, before preparation. */
  readonly read: number;
  /** Rows dropped because their id had been seen in the window. */
  readonly duplicateIds: number;
  /** Rows set aside because a needed cell could not be used at all (no id, no time, undecodable text). */
  readonly poison: number;
  /** Labels of the window in a table of their own, and those that found no prediction; or why they were not counted. */
  readonly labels?: { readonly read: number; readonly orphans: number } | { readonly reason: string };
}

export interface Frame {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
  readonly intake: Intake;
}

/** Task of the model: decides which metrics apply. */
export type Task = 'binary' | 'multiclass' | 'regression';

/**
 * Which column plays which part. Names are those of the frame. A binary score is the probability (or any rising
 * score) of the positive class.
 */
export interface Roles {
  readonly task: Task;
  readonly numeric: readonly string[];
  readonly categorical: readonly string[];
  readonly prediction?: string;
  /** Binary: the score column of the positive class. */
  readonly score?: string;
  /** Multi-class: class → score column; the order is the order of the classes. */
  readonly scores?: ReadonlyArray<readonly [className: string, column: string]>;
  readonly label?: string;
  /** Binary: the label and prediction that count as positive. */
  readonly positive?: string;
  /** Sensitive attributes; an inner list is a crossing. */
  readonly sensitive: ReadonlyArray<readonly string[]>;
  /** Attribute (crossings as `sex x race`) → its privileged group, for AIF360's signed definitions; else they are left out. */
  readonly privileged?: Readonly<Record<string, string>>;
  /** Milliseconds a prediction took. */
  readonly latency?: string;
  /** Milliseconds of the latency that the model itself worked. */
  readonly processing?: string;
  /** What a prediction took of the processor, of memory and of a graphics card, each in the unit that was logged. */
  readonly cpu?: string;
  readonly memory?: string;
  readonly gpu?: string;
  /** Error code of a failed request; missing means success. */
  readonly error?: string;
  /** Who asked for the prediction: a user, a key, an address. */
  readonly caller?: string;
  /** Time of the prediction, in milliseconds since the epoch, UTC. */
  readonly time?: string;
  /** Time at which the label came in, in milliseconds since the epoch, UTC. */
  readonly arrived?: string;
  /** Column of known outliers, 1 or 0: what anomaly detectors are scored against. */
  readonly planted?: string;
  /** How many of the first current rows are explained one by one; 8 where it is not said. */
  readonly explainRows?: number;
  /** False when scores are no probabilities (then log loss, Brier and calibration do not apply). */
  readonly scoresAreProbabilities: boolean;
}
