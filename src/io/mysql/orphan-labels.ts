/** Labels of a window that no prediction bears the id of: a join by the wrong id, or predictions that were never logged. */
import type { Pool } from 'mysql2/promise';
import type { LabelsDefinition, ModelDefinition } from '../../model/definition.js';
import type { Intake } from '../../model/frame.js';
import type { Window } from '../../model/window.js';
import { quoteColumn, quoteTable } from './identifier.js';
import { hasIndexForLookup, hasIndexForRange } from './index-use.js';
import { numberOrNull, select } from './rows.js';
import { filterCondition, filterConditions } from './source-filters.js';
import { lookUpTable } from './source-tables.js';

type LabelCount = NonNullable<Intake['labels']>;

/** Labels that are looked up of a window, the first ones: enough for a share to half a point. */
const LOOKED_UP = 50_000;

/** Equalities that a label and its prediction share beside the id: the time, and filters that both tables have. */
function sharedColumns({ source, labels }: ModelDefinition): {
  readonly time: boolean;
  readonly filters: readonly string[];
} {
  const shared = Object.keys(source.filters).filter((column) => labels !== undefined && column in labels.filters);
  return { time: labels?.time !== undefined, filters: shared };
}

/** Why labels cannot be counted at a price that a cycle may pay; null where they can. */
async function obstacle(db: Pool, definition: ModelDefinition, ranged: string): Promise<string | null> {
  const { source, labels } = definition;
  const tables = [await lookUpTable(db, source.table), await lookUpTable(db, labels?.table ?? '')];
  const [predictions, labelled] = tables.map((lookup) => (lookup.state === 'found' ? lookup.table : null));
  if (predictions == null || labelled == null) return 'the tables of predictions and labels cannot be looked at';
  if (predictions.indexes === null || labelled.indexes === null) return 'the server tells no indexes of a view';
  if (!hasIndexForRange(labelled, Object.keys(labels?.filters ?? {}), ranged)) {
    return `no index of the labels helps to find those of a window by ${ranged}`;
  }
  const shared = sharedColumns(definition);
  const narrow = [source.columns.id, ...(shared.time ? [source.columns.time] : [])];
  return hasIndexForLookup(predictions, [...narrow, ...shared.filters], narrow)
    ? null
    : 'no index of the predictions helps to find one by its id';
}

interface Statement {
  readonly sql: string;
  readonly values: readonly (string | Date)[];
}

/** The labels of a window, as a subquery. */
function labelsOf(labels: LabelsDefinition, window: Window, arrivedBy: number, ranged: string): Statement {
  const picked = [labels.id, ...(labels.time === undefined ? [] : [labels.time])];
  const where = [
    `${quoteColumn(ranged)} >= ?`,
    `${quoteColumn(ranged)} < ?`,
    `${quoteColumn(labels.label)} IS NOT NULL`,
  ];
  const values: (string | Date)[] = [new Date(window.from), new Date(window.to)];
  for (const condition of filterConditions('', labels.filters)) {
    where.push(condition.sql);
    values.push(...condition.values);
  }
  if (labels.arrived !== undefined) {
    where.push(`${quoteColumn(labels.arrived)} <= ?`);
    values.push(new Date(arrivedBy));
  }
  const sql = `SELECT ${picked.map(quoteColumn).join(', ')} FROM ${quoteTable(labels.table)}
      WHERE ${where.join(' AND ')} ORDER BY ${quoteColumn(ranged)} LIMIT ${String(LOOKED_UP)}`;
  return { sql, values };
}

function countStatement(definition: ModelDefinition, labels: LabelsDefinition, inWindow: Statement): Statement {
  const { source } = definition;
  const shared = sharedColumns(definition);
  const same = [`p.${quoteColumn(source.columns.id)} = l.${quoteColumn(labels.id)}`];
  if (labels.time !== undefined) same.push(`p.${quoteColumn(source.columns.time)} = l.${quoteColumn(labels.time)}`);
  const filtered = shared.filters.map((column) => filterCondition('p.', column, source.filters[column] ?? ''));
  same.push(...filtered.map((condition) => condition.sql));
  const sql = `SELECT COUNT(*) AS total,
    COALESCE(SUM(NOT EXISTS (SELECT 1 FROM ${quoteTable(source.table)} p WHERE ${same.join(' AND ')})), 0) AS orphans
    FROM (${inWindow.sql}) l`;
  return { sql, values: [...filtered.flatMap((condition) => condition.values), ...inWindow.values] };
}

export interface CountedWindow {
  /** Names the definition. */
  readonly key: string;
  readonly window: Window;
  readonly arrivedBy: number;
  /** Predictions of the window that found their label. */
  readonly matched: number;
}

/** Counts labels for the windows of many definitions; each one's tables are looked at once. */
export class OrphanLabels {
  readonly #obstacles = new Map<string, string | null>();

  /**
   * The labels of a window, by the time of their prediction or else by their arrival, and how many of them no prediction
   * has; of more than 50,000 labels the first ones. Undefined where the label stands beside the
   * prediction, and every label has its row.
   */
  async count(
    db: Pool,
    definition: ModelDefinition,
    { key, window, arrivedBy, matched }: CountedWindow,
  ): Promise<LabelCount | undefined> {
    const { labels, source } = definition;
    if (labels === undefined || labels.table === source.table) return undefined;
    const ranged = labels.time ?? labels.arrived;
    if (ranged === undefined)
      return { reason: 'the labels tell neither the time of their prediction nor their arrival' };
    let known = this.#obstacles.get(key);
    if (known === undefined) {
      known = await obstacle(db, definition, ranged);
      this.#obstacles.set(key, known);
    }
    if (known !== null) return { reason: known };
    const inWindow = labelsOf(labels, window, arrivedBy, ranged);
    // A label that repeats its prediction's time and has found it stands in the same window: where as many stand there as
    // have found theirs, none is an orphan, and nothing has to be looked up.
    if (labels.time !== undefined && matched < LOOKED_UP) {
      const [all] = await select(db, `SELECT COUNT(*) AS total FROM (${inWindow.sql}) l`, inWindow.values);
      if (all !== undefined && numberOrNull(all, 'total') === matched) return { read: matched, orphans: 0 };
    }
    const { sql, values } = countStatement(definition, labels, inWindow);
    const [row] = await select(db, sql, values);
    if (row === undefined) return { read: 0, orphans: 0 };
    return { read: numberOrNull(row, 'total') ?? 0, orphans: numberOrNull(row, 'orphans') ?? 0 };
  }
}
