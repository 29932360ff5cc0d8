/** Figures of evaluations, and figures that are measured but not yet judged. */
import type { Figure, FigureSubject, FigureValue } from '../../model/figure.js';
import {
  change,
  insertRows,
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

/** Rows of one INSERT; keeps a statement well below the servers' default packet limit. */
const FIGURES_PER_INSERT = 500;
/** Characters of an id that are kept; the subject beside it is kept whole. */
const LONGEST_ID = 1000;

function figureCells(evaluation: number, ordinal: number, figure: Figure): Cell[] {
  const { on, column, pair, class: className, attribute, group, segment, version } = figure;
  const place = { column, pair, class: className, attribute, group, segment, version };
  const subject = Object.values(place).every((part) => part === undefined) ? null : JSON.stringify(place);
  const value = figure.value;
  const scalar = typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : null;
  const detail = value === null || typeof value === 'number' ? null : JSON.stringify(value);
  const interval = figure.value === null ? undefined : figure.interval;
  return [
    evaluation,
    ordinal,
    figure.id.slice(0, LONGEST_ID),
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
    figure.value === null ? null : (figure.bound ?? null),
  ];
}

export async function insertFigures(db: Queryable, evaluation: number, figures: readonly Figure[]): Promise<void> {
  for (let start = 0; start < figures.length; start += FIGURES_PER_INSERT) {
    const part = figures.slice(start, start + FIGURES_PER_INSERT);
    await insertRows(
      db,
      'INSERT INTO figures (evaluation, ordinal, id, family, metric, period, subject, value, detail, n, low, high, degenerate, reason, bound) VALUES ?',
      part.map((figure, i) => figureCells(evaluation, start + i, figure)),
    );
  }
}

export async function loadFigures(db: Queryable, evaluation: number): Promise<readonly Figure[]> {
  const rows = await select(db, 'SELECT * FROM figures WHERE evaluation = ? ORDER BY ordinal', [evaluation]);
  return rows.map(asFigure);
}

/** Only figures of some metrics, of several evaluations at once. */
export async function loadFiguresOf(
  db: Queryable,
  evaluations: readonly number[],
  metrics: readonly string[],
): Promise<ReadonlyMap<number, readonly Figure[]>> {
  const found = new Map<number, Figure[]>(evaluations.map((id) => [id, []]));
  if (evaluations.length === 0 || metrics.length === 0) return found;
  const list = (cells: readonly unknown[]): string => cells.map(() => '?').join(', ');
  const rows = await select(
    db,
    `SELECT * FROM figures WHERE evaluation IN (${list(evaluations)}) AND metric IN (${list(metrics)}) ORDER BY evaluation, ordinal`,
    [...evaluations, ...metrics],
  );
  for (const row of rows) found.get(integer(row, 'evaluation'))?.push(asFigure(row));
  return found;
}

function asFigure(row: Row): Figure {
  const place = textOrNull(row, 'subject') === null ? {} : (json(row, 'subject') as Partial<FigureSubject>);
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
  const bound = numberOrNull(row, 'bound');
  const value = textOrNull(row, 'detail') === null ? numberOrNull(row, 'value') : (json(row, 'detail') as FigureValue);
  if (value === null) throw new Error(`figure ${head.id} is stored without a value and without a reason`);
  return {
    ...head,
    value,
    ...(low !== null && high !== null ? { interval: [low, high] as const } : {}),
    ...(bound !== null && { bound }),
    ...(integer(row, 'degenerate') === 1 ? { degenerate: true as const } : {}),
  };
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
  return new Map(rows.map((row) => [text(row, 'part'), json(row, 'figures') as readonly Figure[]]));
}

export async function dropStagedFigures(db: Queryable, model: string, digest: string): Promise<void> {
  await change(db, 'DELETE FROM staged_figures WHERE model = ? AND digest = ?', [model, digest]);
}
