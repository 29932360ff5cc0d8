/** Evaluations of windows, their figures and verdicts. Append-only; `is_current` points at the newest of a window. */
import type { CycleVerdict, Verdict } from '../../model/verdict.js';
import type { Window } from '../../model/window.js';
import {
  change,
  insertedId,
  insertRows,
  instant,
  instantOrNull,
  integer,
  json,
  numberOrNull,
  select,
  text,
  textOrNull,
  type Cell,
  type Queryable,
  type Row,
} from './rows.js';

export interface EvaluationHead {
  readonly id: number;
  readonly window: Window;
  readonly revision: number;
  readonly sequence: number;
  readonly digest: string;
  readonly version: string | null;
  readonly rows: number;
  readonly coverage: number | null;
  readonly state: 'provisional' | 'final';
  readonly verdict: CycleVerdict;
  readonly reason: string;
  readonly past: boolean;
  readonly cycle: string;
  readonly scheduledAt: number;
}

const HEAD =
  'id, window_from, window_to, revision, sequence, digest, version, row_count, label_coverage, state, verdict, reason, past, cycle, scheduled_at';

function asHead(row: Row): EvaluationHead {
  return {
    id: integer(row, 'id'),
    window: { from: instant(row, 'window_from'), to: instant(row, 'window_to') },
    revision: integer(row, 'revision'),
    sequence: integer(row, 'sequence'),
    digest: text(row, 'digest'),
    version: textOrNull(row, 'version'),
    rows: integer(row, 'row_count'),
    coverage: numberOrNull(row, 'label_coverage'),
    state: text(row, 'state') as EvaluationHead['state'],
    verdict: text(row, 'verdict') as CycleVerdict,
    reason: text(row, 'reason'),
    past: integer(row, 'past') === 1,
    cycle: text(row, 'cycle'),
    scheduledAt: instant(row, 'scheduled_at'),
  };
}

export async function currentEvaluation(db: Queryable, model: string, window: Window): Promise<EvaluationHead | null> {
  const [row] = await select(
    db,
    `SELECT ${HEAD} FROM evaluations WHERE model = ? AND window_to = ? AND window_from = ? AND is_current = 1`,
    [model, new Date(window.to), new Date(window.from)],
  );
  return row === undefined ? null : asHead(row);
}

export interface EvaluationsOfWindow {
  /** The last sequence, current or not: one that could not be measured is never current. */
  readonly newest: EvaluationHead | null;
  readonly current: EvaluationHead | null;
}

/** Where a window stands. Nearly always its newest evaluation is the current one, and one statement says so. */
export async function evaluationsOfWindow(db: Queryable, model: string, window: Window): Promise<EvaluationsOfWindow> {
  const [row] = await select(
    db,
    `SELECT ${HEAD}, is_current FROM evaluations WHERE model = ? AND window_to = ? AND window_from = ? ORDER BY sequence DESC LIMIT 1`,
    [model, new Date(window.to), new Date(window.from)],
  );
  if (row === undefined) return { newest: null, current: null };
  const newest = asHead(row);
  const current = numberOrNull(row, 'is_current') === 1 ? newest : await currentEvaluation(db, model, window);
  return { newest, current };
}

/** Current evaluations of windows that end in `(after, until]`, oldest first. */
export async function currentEvaluations(
  db: Queryable,
  model: string,
  after: number,
  until: number,
): Promise<readonly EvaluationHead[]> {
  const rows = await select(
    db,
    `SELECT ${HEAD} FROM evaluations WHERE model = ? AND is_current = 1 AND window_to > ? AND window_to <= ? ORDER BY window_to, window_from`,
    [model, new Date(after), new Date(until)],
  );
  return rows.map(asHead);
}

/**
 * The newest windows with all that was ever found of them, the last finding first: what late rows and labels changed, and
 * when a window could not be measured.
 */
export async function evaluationHistory(
  db: Queryable,
  model: string,
  count: number,
): Promise<readonly EvaluationHead[]> {
  const rows = await select(
    db,
    `SELECT ${HEAD} FROM evaluations WHERE model = ?
     ORDER BY window_to DESC, window_from DESC, sequence DESC LIMIT ${String(Math.trunc(count))}`,
    [model],
  );
  return rows.map(asHead);
}

export interface WindowSize {
  /** Start of the window, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
}

/** As `currentEvaluations`, but only how long and how full: cheap for long histories. */
export async function windowSizes(
  db: Queryable,
  model: string,
  after: number,
  until: number,
): Promise<readonly WindowSize[]> {
  const rows = await select(
    db,
    'SELECT window_from, window_to, row_count FROM evaluations WHERE model = ? AND is_current = 1 AND window_to > ? AND window_to <= ? ORDER BY window_to, window_from',
    [model, new Date(after), new Date(until)],
  );
  return rows.map((row) => ({
    from: instant(row, 'window_from'),
    to: instant(row, 'window_to'),
    rows: integer(row, 'row_count'),
  }));
}

/** End of the newest judged window: the *now* of what counts windows. */
export async function newestWindowEnd(db: Queryable, model: string): Promise<number | null> {
  const [row] = await select(
    db,
    'SELECT window_to FROM evaluations WHERE model = ? AND is_current = 1 ORDER BY window_to DESC LIMIT 1',
    [model],
  );
  return row === undefined ? null : instant(row, 'window_to');
}

/** Scheduled time of the newest cycle that recorded anything, a failure to measure included. */
export async function newestEvaluatedAt(db: Queryable, model: string): Promise<number | null> {
  const [row] = await select(db, 'SELECT MAX(scheduled_at) AS newest FROM evaluations WHERE model = ?', [model]);
  return row === undefined ? null : instantOrNull(row, 'newest');
}

/** A window that was judged. */
export interface JudgedWindow {
  readonly window: Window;
  /** Its labels were not in. */
  readonly provisional: boolean;
}

export interface JudgedSpan {
  readonly after: number;
  readonly until: number;
  /** Provisional windows however old, but no more of them than this. */
  readonly mostProvisional: number;
}

/** Windows that end in `(after, until]`, and the oldest provisional ones that end by `until`; oldest first. */
export async function judgedWindows(
  db: Queryable,
  model: string,
  { after, until, mostProvisional }: JudgedSpan,
): Promise<readonly JudgedWindow[]> {
  const columns = 'window_to, window_from, state';
  const rows = await select(
    db,
    `(SELECT ${columns} FROM evaluations WHERE model = ? AND is_current = 1 AND window_to > ? AND window_to <= ?)
     UNION (SELECT ${columns} FROM evaluations WHERE model = ? AND state = 'provisional' AND is_current = 1 AND window_to <= ?
       ORDER BY window_to LIMIT ${String(Math.trunc(mostProvisional))})
     ORDER BY window_to, window_from`,
    [model, new Date(after), new Date(until), model, new Date(until)],
  );
  return rows.map((row) => ({
    window: { from: instant(row, 'window_from'), to: instant(row, 'window_to') },
    provisional: text(row, 'state') === 'provisional',
  }));
}

export interface NewEvaluation {
  readonly model: string;
  readonly window: Window;
  readonly revision: number;
  readonly digest: string;
  readonly cycle: string;
  readonly scheduledAt: number;
  readonly version: string | null;
  readonly rows: number;
  readonly coverage: number | null;
  readonly state: 'provisional' | 'final';
  readonly past: boolean;
  readonly verdict: CycleVerdict;
  readonly reason: string;
  readonly intake: unknown;
  /** What of the source it rests on (`looked-at.ts`); null where that is not known. */
  readonly sourceState: string | null;
  /** A window that could not be measured is recorded, but what was last known stays current, and it stays due. */
  readonly failed: boolean;
  /** Sequence of the window's newest evaluation, read under the same lock; 0 for none. */
  readonly lastSequence: number;
  readonly now: number;
}

/** Adds a sequence to the window's evaluations and moves `current` to it. Call inside a transaction that holds the model. */
export async function insertEvaluation(
  db: Queryable,
  evaluation: NewEvaluation,
): Promise<{ id: number; sequence: number }> {
  const { model, window } = evaluation;
  const key: Cell[] = [model, new Date(window.to), new Date(window.from)];
  const sequence = evaluation.lastSequence + 1;
  if (sequence > 1 && !evaluation.failed) {
    await change(
      db,
      'UPDATE evaluations SET is_current = NULL WHERE model = ? AND window_to = ? AND window_from = ? AND is_current = 1',
      key,
    );
  }
  const id = await insertedId(
    db,
    `INSERT INTO evaluations (model, window_to, window_from, revision, sequence, digest, cycle, scheduled_at, version, row_count,
       label_coverage, state, past, verdict, reason, intake, is_current, evaluated_at, source_state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...key,
      evaluation.revision,
      sequence,
      evaluation.digest,
      evaluation.cycle,
      new Date(evaluation.scheduledAt),
      evaluation.version,
      evaluation.rows,
      evaluation.coverage,
      evaluation.state,
      evaluation.past ? 1 : 0,
      evaluation.verdict,
      evaluation.reason.slice(0, 300),
      JSON.stringify(evaluation.intake),
      evaluation.failed ? null : 1,
      new Date(evaluation.now),
      evaluation.sourceState,
    ],
  );
  return { id, sequence };
}

export async function insertVerdicts(db: Queryable, evaluation: number, verdicts: readonly Verdict[]): Promise<void> {
  await insertRows(
    db,
    'INSERT INTO verdicts (evaluation, rule, segment, status, reason, severity, provisional, detail) VALUES ?',
    verdicts.map((verdict) => [
      evaluation,
      verdict.rule,
      verdict.segment.slice(0, 128),
      verdict.status,
      verdict.reason,
      verdict.severity,
      verdict.provisional ? 1 : 0,
      JSON.stringify(verdict),
    ]),
  );
}

export async function loadVerdicts(db: Queryable, evaluation: number): Promise<readonly Verdict[]> {
  const rows = await select(db, 'SELECT detail FROM verdicts WHERE evaluation = ?', [evaluation]);
  return rows.map((row) => json(row, 'detail') as Verdict);
}
