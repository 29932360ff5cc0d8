/** Rows as producers hand them over. Every part has its name, so that what was said and what was true cannot change places. */

export type Outcome = string | number | boolean | null;
/** A text with its zone, milliseconds since the epoch, or a Date. */
export type Instant = string | number | Date;

export interface Prediction {
  /** Names the prediction for ever: its label bears the same. */
  readonly id: string;
  /** When the model was asked; its label repeats it. */
  readonly time: Instant;
  /** What the model said. */
  readonly prediction: Outcome;
  /** What was true, where that is known already; it can follow later by `logLabels`. */
  readonly label?: Outcome;
  readonly version?: string;
  /** Score of the positive class. */
  readonly score?: number;
  /** More than two classes: the score of each. */
  readonly scores?: Readonly<Record<string, number>>;
  readonly features?: Readonly<Record<string, string | number | boolean | null>>;
  readonly latencyMs?: number;
  readonly errorCode?: string;
}

export interface Label {
  /** The prediction's. */
  readonly id: string;
  /** The prediction's. */
  readonly time: Instant;
  /** What was true; null takes a label back. */
  readonly label: Outcome;
  /** When that became known; now where it is not said. */
  readonly arrivedAt?: Instant;
}

/** A row as the endpoint takes it. */
export interface SentRow {
  readonly id: string;
  readonly [field: string]: unknown;
}

const told = (time: Instant): string | number => (time instanceof Date ? time.toISOString() : time);

/** Fields without a value are left out by JSON. */
export const predictionRow = (row: Prediction): SentRow => ({
  id: row.id,
  time: told(row.time),
  prediction: row.prediction,
  version: row.version,
  score: row.score,
  scores: row.scores,
  features: row.features,
  latency_ms: row.latencyMs,
  error_code: row.errorCode,
});

export const labelRow = (row: Label): SentRow => ({
  id: row.id,
  time: told(row.time),
  label: row.label,
  arrived_at: row.arrivedAt === undefined ? undefined : told(row.arrivedAt),
});
