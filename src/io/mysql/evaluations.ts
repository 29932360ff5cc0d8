/** Evaluations of windows, their figures and verdicts. Append-only; `is_current` points at the newest of a window. */
import type { Figure, FigureSubject, FigureValue } from '../../model/figure.js';
import type { CycleVerdict, Verdict } from '../../model/verdict.js';
import type { Window } from '../../model/window.js';
import {
  change,
  insertedId,
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

/** The window's newest evaluation, current or not, if it rests on this digest. */
export async function findByDigest(
  db: Queryable,
  model: string,
  window: Window,
  digest: string,
): Promise<EvaluationHead | null> {
  const [row] = await select(
    db,
    `SELECT ${HEAD} FROM evaluations WHERE model = ? AND window_to = ? AND window_from = ? ORDER BY sequence DESC LIMIT 1`,
    [model, new Date(window.to), new Date(window.from)],
  );
  const newest = row === undefined ? null : asHead(row);
  return newest?.digest === digest ? newest : null;
}

export async function findEvaluation(db: Queryable, id: number): Promise<EvaluationHead | null> {
  const [row] = await select(db, `SELECT ${HEAD} FROM evaluations WHERE id = ?`, [id]);
  return row === undefined ? null : asHead(row);
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

/** Windows whose labels were not in when they were judged, oldest first. */
export async function provisionalWindows(
  db: Queryable,
  model: string,
  until: number,
  limit: number,
): Promise<readonly EvaluationHead[]> {
  const rows = await select(
    db,
    `SELECT ${HEAD} FROM evaluations WHERE model = ? AND state = 'provisional' AND is_current = 1 AND window_to <= ? ORDER BY window_to LIMIT ${String(Math.trunc(limit))}`,
    [model, new Date(until)],
  );
  return rows.map(asHead);
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
  /** A window that could not be measured is recorded, but what was last known stays current, and it stays due. */
  readonly failed: boolean;
  readonly now: number;
}

/** Adds a sequence to the window's evaluations and moves `current` to it. Call inside a transaction that holds the model. */
export async function insertEvaluation(
  db: Queryable,
  evaluation: NewEvaluation,
): Promise<{ id: number; sequence: number }> {
  const { model, window } = evaluation;
  const key: Cell[] = [model, new Date(window.to), new Date(window.from)];
  const [last] = await select(
    db,
    'SELECT COALESCE(MAX(sequence), 0) AS last FROM evaluations WHERE model = ? AND window_to = ? AND window_from = ?',
    key,
  );
  const sequence = (last === undefined ? 0 : integer(last, 'last')) + 1;
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
       label_coverage, state, past, verdict, reason, intake, is_current, evaluated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
    ],
  );
  return { id, sequence };
}

/** Rows of one INSERT; keeps a statement well below the servers' default packet limit. */
const FIGURES_PER_INSERT = 500;

function figureCells(evaluation: number, ordinal: number, figure: Figure): Cell[] {
  const { on, column, pair, class: className, attribute, group, version } = figure;
  const place = { column, pair, class: className, attribute, group, version };
  const subject = Object.values(place).every((part) => part === undefined) ? null : JSON.stringify(place);
  const value = figure.value;
  const scalar = typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null;
  const detail = value === null || typeof value === 'number' ? null : JSON.stringify(value);
  const interval = figure.value === null ? undefined : figure.interval;
  return [
    evaluation,
    ordinal,
    figure.id.slice(0, 255),
    figure.family,
    figure.metric,
    on,
    subject,
    scalar,
    detail,
    Math.trunc(figure.n),
    interval?.[0] ?? null,
    interval?.[1] ?? null,
    figure.value !== null && figure.degenerate ? 1 : 0,
    figure.value === null ? figure.reason.slice(0, 200) : null,
  ];
}

export async function insertFigures(db: Queryable, evaluation: number, figures: readonly Figure[]): Promise<void> {
  for (let start = 0; start < figures.length; start += FIGURES_PER_INSERT) {
    const part = figures.slice(start, start + FIGURES_PER_INSERT);
    const values = part.flatMap((figure, i) => figureCells(evaluation, start + i, figure));
    const places = part.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ');
    await change(
      db,
      `INSERT INTO figures (evaluation, ordinal, id, family, metric, period, subject, value, detail, n, low, high, degenerate, reason) VALUES ${places}`,
      values,
    );
  }
}

export async function loadFigures(db: Queryable, evaluation: number): Promise<readonly Figure[]> {
  const rows = await select(db, 'SELECT * FROM figures WHERE evaluation = ? ORDER BY ordinal', [evaluation]);
  return rows.map(asFigure);
}

/** One metric over the current evaluations of a model, oldest first. */
export async function figureSeries(
  db: Queryable,
  model: string,
  figureId: string,
  after: number,
  until: number,
): Promise<ReadonlyArray<{ readonly window: Window; readonly version: string | null; readonly figure: Figure }>> {
  const rows = await select(
    db,
    `SELECT f.*, e.window_from, e.window_to, e.version FROM evaluations e JOIN figures f ON f.evaluation = e.id AND f.id = ?
     WHERE e.model = ? AND e.is_current = 1 AND e.window_to > ? AND e.window_to <= ? ORDER BY e.window_to`,
    [figureId, model, new Date(after), new Date(until)],
  );
  return rows.map((row) => ({
    window: { from: instant(row, 'window_from'), to: instant(row, 'window_to') },
    version: textOrNull(row, 'version'),
    figure: asFigure(row),
  }));
}

function asFigure(row: Row): Figure {
  const place = textOrNull(row, 'subject') === null ? {} : json<Partial<FigureSubject>>(row, 'subject');
  const head = {
    ...place,
    on: text(row, 'period') as FigureSubject['on'],
    id: text(row, 'id'),
    family: text(row, 'family') as Figure['family'],
    metric: text(row, 'metric'),
    n: integer(row, 'n'),
  };
  const reason = textOrNull(row, 'reason');
  if (reason !== null) return { ...head, value: null, reason };
  const low = numberOrNull(row, 'low');
  const high = numberOrNull(row, 'high');
  const detail = textOrNull(row, 'detail') === null ? null : json<FigureValue>(row, 'detail');
  return {
    ...head,
    value: detail ?? numberOrNull(row, 'value') ?? 0,
    ...(low !== null && high !== null ? { interval: [low, high] as const } : {}),
    ...(integer(row, 'degenerate') === 1 ? { degenerate: true as const } : {}),
  };
}

export async function insertVerdicts(db: Queryable, evaluation: number, verdicts: readonly Verdict[]): Promise<void> {
  if (verdicts.length === 0) return;
  const places = verdicts.map(() => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ');
  await change(
    db,
    `INSERT INTO verdicts (evaluation, rule, segment, status, reason, severity, provisional, detail) VALUES ${places}`,
    verdicts.flatMap((verdict) => [
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
  return rows.map((row) => json<Verdict>(row, 'detail'));
}

/** Parks measured figures until they are judged. Measuring again replaces them. */
export async function stageFigures(
  db: Queryable,
  model: string,
  digest: string,
  part: string,
  figures: readonly Figure[],
  now: number,
): Promise<void> {
  await change(
    db,
    `INSERT INTO staged_figures (model, digest, part, figures, staged_at) VALUES (?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE figures = VALUES(figures), staged_at = VALUES(staged_at)`,
    [model, digest, part, JSON.stringify(figures), new Date(now)],
  );
}

export async function stagedFigures(
  db: Queryable,
  model: string,
  digest: string,
): Promise<ReadonlyMap<string, readonly Figure[]>> {
  const rows = await select(db, 'SELECT part, figures FROM staged_figures WHERE model = ? AND digest = ?', [
    model,
    digest,
  ]);
  return new Map(rows.map((row) => [text(row, 'part'), json<readonly Figure[]>(row, 'figures')]));
}

export async function dropStagedFigures(db: Queryable, model: string, digest: string): Promise<void> {
  await change(db, 'DELETE FROM staged_figures WHERE model = ? AND digest = ?', [model, digest]);
}
