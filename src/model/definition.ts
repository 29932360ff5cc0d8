/**
 * The definition: how one model is watched. People write it as YAML; `parse-definition.ts` turns the text into this
 * form with every default filled in, or into the list of all its faults. Everything here is plain JSON.
 */
import type { Task } from './frame.js';
import type { LeavableFamily } from './left-out.js';

/** Unit of calendar time; months and weeks have no fixed length, days may have 23 or 25 hours. */
export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month';

/** A length of time in calendar units, counted in the model's time zone: `1d`, `2w`, `15m` (minutes), `1 month`. */
export interface Span {
  readonly count: number;
  readonly unit: CalendarUnit;
}

/** A reference to a secret, never the secret: `env:NAME` or `file:PATH`. Resolved inside activities only. */
export type SecretReference = string;

/** A value of a filter. Numbers are texts as they print; `true` and `false` are 1 and 0 of a numeric column. */
export type FilterCell = string | boolean;

/** Column → the value its rows have, or the values of which they have one. */
export type Filters = Readonly<Record<string, FilterCell | readonly FilterCell[]>>;

export interface SourceDefinition {
  /** Where the rows are. Absent: Plumbline's own database. */
  readonly connection?: SecretReference;
  readonly table: string;
  /** Plumbline's own tables are filtered by model. */
  readonly filters: Filters;
  readonly columns: {
    readonly id: string;
    readonly time: string;
    readonly version?: string;
    readonly prediction: string;
    readonly score?: string;
    /** Multi-class: class → column. */
    readonly scores?: Readonly<Record<string, string>>;
    readonly latency?: string;
    readonly processing?: string;
    readonly cpu?: string;
    readonly memory?: string;
    readonly gpu?: string;
    readonly error?: string;
    /** Who asked: a user, a key, an address. */
    readonly caller?: string;
    /** One JSON column that holds the features by name; absent: each feature is a column of its own. */
    readonly featuresJson?: string;
  };
}

export interface LabelsDefinition {
  /** Where the labels are. Absent: Plumbline's own database, which may be another than the source's. */
  readonly connection?: SecretReference;
  readonly table: string;
  readonly filters: Filters;
  readonly id: string;
  readonly label: string;
  /** Time of the prediction as the label table repeats it; lets the join use the clustered key. */
  readonly time?: string;
  /** When the label came in; a cycle sees only what had arrived by its scheduled time. */
  readonly arrived?: string;
  /** Performance is judged when at least this share of a window's rows has its label. */
  readonly minimumCoverage: number;
  /** … or when this long has passed since the window's end, whatever the coverage then is. */
  readonly deadline: Span;
}

export interface ScheduleDefinition {
  /** Length of a window. */
  readonly window: Span;
  /** Distance between the ends of successive windows; equal to `window` unless windows slide. */
  readonly every: Span;
  readonly timezone: string;
  /** How long after a window's end its rows may still come in, in milliseconds. */
  readonly delayMs: number;
  /** Slots missed by more than this are not caught up by the Schedule, in milliseconds; the due windows still are. */
  readonly catchupMs: number;
  /** Upper limit of one cycle, in milliseconds. */
  readonly timeoutMs: number;
}

/** What is normal. Belongs to a model version; stored once per version. */
export type ReferenceDefinition =
  /** The first `length` of the version's own windows. */
  | { readonly kind: 'first'; readonly length: Span; readonly minimumRows: number }
  /** A fixed span of the source table. */
  | { readonly kind: 'span'; readonly from: string; readonly to: string }
  /** Rows that the trainer wrote for the version (held out from fitting), in Plumbline's `reference_rows`. */
  | { readonly kind: 'trainer' };

export type Severity = 'info' | 'warning' | 'critical';

export type RuleLimit =
  | { readonly kind: 'below'; readonly value: number }
  | { readonly kind: 'above'; readonly value: number }
  | { readonly kind: 'outside'; readonly low: number; readonly high: number }
  /** Signed change against the reference that must not be passed: −0.05 is "fell by more than 0.05". */
  | { readonly kind: 'changed'; readonly by: number; readonly relative: boolean };

/**
 * What a rule looks at: one figure of the model, each feature, the prediction (and score), each group of an attribute,
 * or the weak segments that were found.
 */
export type RuleScope = 'model' | 'features' | 'prediction' | 'groups' | 'segments';

/** What a firing rule asks for. `remedy` lets the policy choose between rollback and retraining. */
export type RuleAction = 'none' | 'retrain' | 'rollback' | 'remedy';

export interface Rule {
  readonly id: string;
  /** One line for people: what the rule guards against. */
  readonly title: string;
  readonly metric: string;
  readonly scope: RuleScope;
  /** Narrows `features` to these names, or `groups` to these attributes. */
  readonly only?: readonly string[];
  readonly limit: RuleLimit;
  /**
   * Where the alert clears again; on the safe side of the limit, as a value of the same kind (for `changed` a change);
   * for `outside` the distance inward from either end. Absent: the limit itself.
   */
  readonly clear?: number;
  /** Second condition: the figure's p-value, corrected over the family model × window × metric. Both must hold for a breach. */
  readonly significance?: {
    readonly metric: string;
    readonly correction: 'benjamini-hochberg' | 'holm' | 'none';
    /** Level q (false discovery rate) or alpha. */
    readonly level: number;
  };
  /**
   * Another condition for a breach: beyond the limit that is learned from the reference's own windows, once it holds
   * enough of them. Until then `significance` and `certainty` judge alone, and without either the verdict is unknown.
   */
  readonly learned?: true;
  /** Fires after `breaches` of the last `of` disjoint windows. */
  readonly hold: { readonly breaches: number; readonly of: number };
  /** Resolves after this many clear windows in a row. */
  readonly keep: number;
  /** The figure's own `n` must reach this, else the verdict is `unknown: too few rows`. */
  readonly minimumN: number;
  /**
   * Confidence with which the figure must lie beyond the limit, shared out among the rule's features or groups; null
   * judges the bare value.
   */
  readonly certainty: number | null;
  readonly severity: Severity;
  readonly action: RuleAction;
}

export interface SlackRoute {
  readonly channel: string;
  readonly token: SecretReference;
}

export interface EmailRoute {
  readonly to: readonly string[];
  readonly from: string;
  /** URL of the SMTP server, `smtp://user:password@host:port`, by reference. */
  readonly smtp: SecretReference;
}

export interface NotifyDefinition {
  readonly slack?: SlackRoute;
  readonly email?: EmailRoute;
  /** An unacknowledged critical incident goes to the second target after this long, wall clock. */
  readonly escalation?: { readonly afterMs: number; readonly mention: string };
  /** An acknowledgement lasts this long at most, wall clock. */
  readonly acknowledgeForMs: number;
}

export interface ApprovalDefinition {
  readonly required: boolean;
  /** Wall clock; expiry means no action, and escalation. */
  readonly expiresMs: number;
}

export interface RetrainDefinition {
  /** The trainer: an argument vector, run without a shell. `{…}` place-holders are filled by the trainer port. */
  readonly command: readonly string[];
  readonly timeoutMs: number;
  /** Rows of this long before the withheld windows are trained on. */
  readonly span: Span;
  readonly approval: ApprovalDefinition;
  /** At most one retraining in this many windows. */
  readonly cooldownWindows: number;
  /** At most this many retrainings in any 365 days of data time. */
  readonly budgetPerYear: number;
  /** Promotion gate: figure compared, its margin, and the labelled rows that the comparison needs. */
  readonly gate: {
    readonly metric: 'roc_auc' | 'log_loss' | 'accuracy' | 'mae';
    readonly margin: number;
    readonly minimumRows: number;
  };
}

export interface RollbackDefinition {
  readonly approval: ApprovalDefinition;
  /** A version younger than this many windows counts as a recent release, and rolling it back may help. */
  readonly recentWindows: number;
  readonly verify: { readonly windows: number; readonly metric: string };
  readonly cooldownWindows: number;
}

export interface ModelDefinition {
  readonly model: string;
  readonly title: string;
  readonly team: string;
  readonly task: Task;
  readonly positive?: string;
  readonly scoresAreProbabilities: boolean;
  readonly source: SourceDefinition;
  readonly features: {
    readonly numeric: readonly string[];
    readonly categorical: readonly string[];
    /** No features, but known by name: sensitive attributes that the model does not see. */
    readonly other?: readonly string[];
  };
  readonly labels?: LabelsDefinition;
  /** Sensitive attributes (columns of the source or features); an inner list of several is a crossing. */
  readonly sensitive: ReadonlyArray<readonly string[]>;
  readonly schedule: ScheduleDefinition;
  readonly reference: ReferenceDefinition;
  /** Families of figures that are neither measured nor judged, in the order of their list. */
  readonly leaveOut?: readonly LeavableFamily[];
  /** Groups of fewer rows are not shown in messages; ten where it is not said. */
  readonly minimumGroup?: number;
  /** How long rows of Plumbline's own tables are kept where `plumbline retain` is run; where it is not said, they stay. */
  readonly retention?: Span;
  /** `hours`: each closed hour is read once and kept as a profile, of which windows are the sums. Absent: windows are read row by row. */
  readonly read?: 'hours';
  /** Windows with fewer rows than this are `unknown: too few rows` as a whole. */
  readonly minimumRows: number;
  readonly rules: readonly Rule[];
  readonly notify: NotifyDefinition;
  /** Who may approve or reject actions; names as given by `--as` or mapped from Slack users. */
  readonly approvers: readonly string[];
  readonly actions: { readonly retrain?: RetrainDefinition; readonly rollback?: RollbackDefinition };
  readonly runbook?: string;
}
