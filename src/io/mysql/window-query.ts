/** The statements that read a window: needed columns only, checked identifiers, bound values, key order. */
import type { ModelDefinition } from '../../model/definition.js';
import { REQUEST_NUMBERS, ROLE_COLUMNS, scoreColumn } from '../../model/roles.js';
import type { Window } from '../../model/window.js';
import type { ColumnPlan } from './frame-builder.js';
import { quoteColumn, quoteTable } from './identifier.js';
import { filterConditions } from './source-filters.js';

const HOUR_MS = 3_600_000;

export interface WindowQuery {
  readonly sql: string;
  readonly values: readonly (string | Date)[];
  readonly plan: readonly ColumnPlan[];
}

interface SelectList {
  readonly columns: string[];
  readonly plan: ColumnPlan[];
}

function addFeatures(definition: ModelDefinition, list: SelectList): void {
  const { featuresJson } = definition.source.columns;
  const sensitive = definition.sensitive.flat();
  const categorical = [...new Set([...definition.features.categorical, ...sensitive])];
  const numeric = definition.features.numeric.filter((name) => !sensitive.includes(name));
  if (featuresJson !== undefined) {
    list.columns.push(`p.${quoteColumn(featuresJson)}`);
    list.plan.push({ kind: 'json', numeric, categorical });
    return;
  }
  for (const name of numeric) {
    list.columns.push(`p.${quoteColumn(name)}`);
    list.plan.push({ kind: 'numeric', name });
  }
  for (const name of categorical) {
    list.columns.push(`p.${quoteColumn(name)}`);
    list.plan.push({ kind: 'category', name });
  }
}

function addRoles(definition: ModelDefinition, list: SelectList): void {
  const { columns } = definition.source;
  const kind = definition.task === 'regression' ? ('numeric' as const) : ('category' as const);
  const add = (column: string | undefined, plan: ColumnPlan): void => {
    if (column === undefined) return;
    list.columns.push(`p.${quoteColumn(column)}`);
    list.plan.push(plan);
  };
  add(columns.version, { kind: 'category', name: ROLE_COLUMNS.version });
  add(columns.prediction, { kind, name: ROLE_COLUMNS.prediction });
  add(columns.score, { kind: 'numeric', name: ROLE_COLUMNS.score });
  for (const [className, column] of Object.entries(columns.scores ?? {})) {
    add(column, { kind: 'numeric', name: scoreColumn(className) });
  }
  for (const role of REQUEST_NUMBERS) add(columns[role], { kind: 'numeric', name: ROLE_COLUMNS[role] });
  add(columns.error, { kind: 'category', name: ROLE_COLUMNS.error });
  add(columns.caller, { kind: 'category', name: ROLE_COLUMNS.caller });
}

interface FromClause {
  readonly sql: string;
  readonly values: (string | Date)[];
  readonly label: string | null;
  /** Which of several labels of one prediction comes first, and so counts. */
  readonly newestFirst?: string;
}

/** Labels beside the prediction, or joined by id (and by time and arrival, where the label table has them). */
function fromClause(definition: ModelDefinition, arrivedBy: number): FromClause {
  const { source, labels } = definition;
  const table = quoteTable(source.table);
  if (labels === undefined) return { sql: `FROM ${table} p`, values: [], label: null };
  if (labels.table === source.table) {
    return { sql: `FROM ${table} p`, values: [], label: `p.${quoteColumn(labels.label)}` };
  }
  const on = [`l.${quoteColumn(labels.id)} = p.${quoteColumn(source.columns.id)}`];
  const values: (string | Date)[] = [];
  if (labels.time !== undefined) on.push(`l.${quoteColumn(labels.time)} = p.${quoteColumn(source.columns.time)}`);
  for (const condition of filterConditions('l.', labels.filters)) {
    on.push(condition.sql);
    values.push(...condition.values);
  }
  if (labels.arrived !== undefined) {
    on.push(`l.${quoteColumn(labels.arrived)} <= ?`);
    values.push(new Date(arrivedBy));
  }
  return {
    sql: `FROM ${table} p LEFT JOIN ${quoteTable(labels.table)} l ON ${on.join(' AND ')}`,
    values,
    label: `l.${quoteColumn(labels.label)}`,
    // Where corrections are rows of their own. With the time in the key there is one label, and no sorting to pay for.
    ...(labels.arrived === undefined || labels.time !== undefined
      ? {}
      : { newestFirst: `l.${quoteColumn(labels.arrived)} DESC` }),
  };
}

interface Filter {
  readonly sql: string;
  readonly values: (string | Date)[];
}

function withFilters({ source }: ModelDefinition, { sql, values }: Filter): Filter {
  const conditions = filterConditions('p.', source.filters);
  return {
    sql: [sql, ...conditions.map((condition) => condition.sql)].join(' AND '),
    values: [...values, ...conditions.flatMap((condition) => condition.values)],
  };
}

function windowFilter(definition: ModelDefinition, window: Window): Filter {
  const time = `p.${quoteColumn(definition.source.columns.time)}`;
  return withFilters(definition, {
    sql: `${time} >= ? AND ${time} < ?`,
    values: [new Date(window.from), new Date(window.to)],
  });
}

/** The last instant that a column can hold of an hour. */
const endOfHour = (hour: number): string =>
  `${new Date(hour).toISOString().slice(0, 13).replace('T', ' ')}:59:59.999999`;

/** One comparison for each row instead of two: a fourteenth of what counting costs the server. */
function hourFilter(definition: ModelDefinition, hour: number): Filter {
  const time = `p.${quoteColumn(definition.source.columns.time)}`;
  return withFilters(definition, { sql: `${time} BETWEEN ? AND ?`, values: [new Date(hour), endOfHour(hour)] });
}

/**
 * The one SELECT of a window: needed columns only, bound values, key order. `arrivedBy` is the cycle's *now*. Times come as
 * they are, in the session's UTC: functions over them cost the server more than all else it does for a row.
 */
export function windowQuery(
  definition: ModelDefinition,
  window: Window,
  arrivedBy: number,
  idColumn?: string,
): WindowQuery {
  const { source } = definition;
  const id = `p.${quoteColumn(source.columns.id)}`;
  const time = `p.${quoteColumn(source.columns.time)}`;
  const list: SelectList = {
    columns: [id, time],
    plan: [{ kind: 'id' }, { kind: 'numeric', name: ROLE_COLUMNS.time }],
  };
  if (idColumn !== undefined) {
    list.columns.push(id);
    list.plan.push({ kind: 'category', name: idColumn });
  }
  addRoles(definition, list);
  const from = fromClause(definition, arrivedBy);
  if (from.label !== null) {
    list.columns.push(from.label);
    list.plan.push({ kind: definition.task === 'regression' ? 'numeric' : 'category', name: ROLE_COLUMNS.label });
    const { labels } = definition;
    if (labels?.arrived !== undefined) {
      const arrived = `${labels.table === source.table ? 'p' : 'l'}.${quoteColumn(labels.arrived)}`;
      list.columns.push(arrived);
      list.plan.push({ kind: 'numeric', name: ROLE_COLUMNS.arrived });
    }
  }
  addFeatures(definition, list);
  const where = windowFilter(definition, window);
  const order = [time, id, ...(from.newestFirst === undefined ? [] : [from.newestFirst])];
  return {
    sql: `SELECT ${list.columns.join(', ')} ${from.sql} WHERE ${where.sql} ORDER BY ${order.join(', ')}`,
    values: [...from.values, ...where.values],
    plan: list.plan,
  };
}

/** Rows that a trainer held out for a version; the same columns as a window, so that both are measured alike. */
export function referenceRowsQuery(definition: ModelDefinition, version: string): WindowQuery {
  const kind = definition.task === 'regression' ? ('numeric' as const) : ('category' as const);
  const sensitive = definition.sensitive.flat();
  return {
    sql:
      'SELECT id, time, prediction, score, label, features FROM reference_rows ' +
      'WHERE model = ? AND version = ? ORDER BY time, id',
    values: [definition.model, version],
    plan: [
      { kind: 'id' },
      { kind: 'numeric', name: ROLE_COLUMNS.time },
      { kind, name: ROLE_COLUMNS.prediction },
      { kind: 'numeric', name: ROLE_COLUMNS.score },
      { kind, name: ROLE_COLUMNS.label },
      {
        kind: 'json',
        numeric: definition.features.numeric.filter((name) => !sensitive.includes(name)),
        categorical: [...new Set([...definition.features.categorical, ...sensitive])],
      },
    ],
  };
}

/** How many rows a window has, labels apart. */
export function rowCountQuery(
  definition: ModelDefinition,
  window: Window,
): { readonly sql: string; readonly values: readonly (string | Date)[] } {
  const where = windowFilter(definition, window);
  const sql = `SELECT COUNT(*) AS total FROM ${quoteTable(definition.source.table)} p WHERE ${where.sql}`;
  return { sql, values: where.values };
}

/** How many rows a window has, and how many of them have a label. */
export function coverageQuery(
  definition: ModelDefinition,
  window: Window,
  arrivedBy: number,
): { readonly sql: string; readonly values: readonly (string | Date)[] } {
  const { source } = definition;
  const time = `p.${quoteColumn(source.columns.time)}`;
  const from = fromClause(definition, arrivedBy);
  const where = windowFilter(definition, window);
  return {
    sql: `SELECT COUNT(${time}) AS total, COUNT(${from.label ?? 'NULL'}) AS labelled ${from.sql} WHERE ${where.sql}`,
    values: [...from.values, ...where.values],
  };
}

/**
 * What the source has of each hour of a span: rows, labels, and the newest arrival of a label where arrivals are known. An
 * hour of which this has changed is read again. `hours` are counted each by itself, which costs an index of the time half
 * of what telling the hour of every row does; null counts all rows of the span by their hour, in one pass over a table
 * without such an index.
 */
export function hourCountsQuery(
  definition: ModelDefinition,
  span: Window,
  hours: readonly number[] | null,
  arrivedBy: number,
): { readonly sql: string; readonly values: readonly (string | Date)[] } {
  const { source, labels } = definition;
  const time = `p.${quoteColumn(source.columns.time)}`;
  const from = fromClause(definition, arrivedBy);
  const arrived =
    labels?.arrived === undefined
      ? 'NULL'
      : `MAX(${labels.table === source.table ? 'p' : 'l'}.${quoteColumn(labels.arrived)})`;
  const counts = `COUNT(*) AS total, COUNT(${from.label ?? 'NULL'}) AS labelled, CAST(${arrived} AS CHAR) AS arrived`;
  if (hours === null) {
    const where = windowFilter(definition, span);
    return {
      sql: `SELECT (TO_DAYS(${time}) - TO_DAYS('1970-01-01')) * 24 + HOUR(${time}) AS hour, ${counts} ${from.sql} WHERE ${where.sql} GROUP BY 1`,
      values: [...from.values, ...where.values],
    };
  }
  const each = hours.map((hour) => ({ hour, where: hourFilter(definition, hour) }));
  return {
    sql: each
      .map(({ hour, where }) => `SELECT ${String(hour / HOUR_MS)} AS hour, ${counts} ${from.sql} WHERE ${where.sql}`)
      .join(' UNION ALL '),
    values: each.flatMap(({ where }) => [...from.values, ...where.values]),
  };
}
