/**
 * Holds a definition against the tables that it names: unknown tables and columns, types that do not fit their role,
 * missing rights, and reads that no index helps. All findings at once, each with its place in the file and its cure.
 */
import type { Pool } from 'mysql2/promise';
import type { Filters, ModelDefinition } from '../../model/definition.js';
import { didYouMean } from '../../model/nearest.js';
import { REQUEST_NUMBERS } from '../../model/roles.js';
import { missingFeatures } from './feature-names.js';
import { quoteColumn, quoteTable } from './identifier.js';
import { hasIndexForLookup, hasIndexForRange } from './index-use.js';
import { select } from './rows.js';
import { explainSourceFault } from './source-faults.js';
import { filterObstacle } from './source-filters.js';
import type { SourceFinding } from './source-finding.js';
import { isHidden, lookUpTable, type SourceColumn, type SourceTable, type TableLookup } from './source-tables.js';
import { windowQuery } from './window-query.js';

type Path = SourceFinding['path'];

const NUMBERS = ['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'bit', 'year'];
const TEXTS = ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum', 'set'];
const TIMES = ['datetime', 'timestamp', 'date'];
const KEYS = [...NUMBERS, ...TEXTS, 'binary', 'varbinary', 'uuid'];

interface Kind {
  readonly types: readonly string[];
  /** Completes "needs …". */
  readonly needs: string;
  readonly cure: string;
}

const NUMBER: Kind = { types: NUMBERS, needs: 'a number', cure: 'Name a numeric column, or convert it in a view' };
const FEATURE_NUMBER: Kind = {
  ...NUMBER,
  cure: 'List it under `features.categorical`, or convert it to a number in a view',
};
const TIME: Kind = {
  types: TIMES,
  needs: 'a time (DATETIME or TIMESTAMP, in UTC)',
  cure: 'Name a column of type DATETIME or TIMESTAMP, or convert it in a view, for example FROM_UNIXTIME(…)',
};
const CATEGORY: Kind = {
  types: [...NUMBERS, ...TEXTS, ...TIMES, 'uuid'],
  needs: 'a text or a number',
  cure: 'Name a column that holds one value a row',
};
const KEY: Kind = { types: KEYS, needs: 'a text or a number', cure: 'Name the column that identifies a prediction' };
const JSON_TEXT: Kind = {
  types: ['json', ...TEXTS],
  needs: 'JSON',
  cure: 'Name the JSON column, or leave `features_json` out if each feature has a column of its own',
};

interface Wanted {
  readonly path: Path;
  readonly column: string;
  /** Null: any type will do that can have the value of `filter`. */
  readonly kind: Kind | null;
  readonly filter?: Filters[string];
}

const outcome = (definition: ModelDefinition): Kind => (definition.task === 'regression' ? NUMBER : CATEGORY);

const filterColumns = (path: Path, filters: Filters): Wanted[] =>
  Object.entries(filters).map(([column, filter]) => ({ path: [...path, column], column, kind: null, filter }));

function roleColumns(definition: ModelDefinition): Wanted[] {
  const { columns, filters } = definition.source;
  const at = (role: string): Path => ['source', 'columns', role];
  const optional = (role: string, column: string | undefined, kind: Kind): Wanted[] =>
    column === undefined ? [] : [{ path: at(role), column, kind }];
  return [
    { path: at('id'), column: columns.id, kind: KEY },
    { path: at('time'), column: columns.time, kind: TIME },
    { path: at('prediction'), column: columns.prediction, kind: outcome(definition) },
    ...optional('version', columns.version, CATEGORY),
    ...optional('score', columns.score, NUMBER),
    ...Object.entries(columns.scores ?? {}).map(([name, column]): Wanted => ({
      path: [...at('scores'), name],
      column,
      kind: NUMBER,
    })),
    ...REQUEST_NUMBERS.flatMap((role) => optional(role, columns[role], NUMBER)),
    ...optional('error', columns.error, CATEGORY),
    ...optional('caller', columns.caller, CATEGORY),
    ...filterColumns(['source', 'where'], filters),
  ];
}

function featureColumns(definition: ModelDefinition): Wanted[] {
  const { features, sensitive, source } = definition;
  if (source.columns.featuresJson !== undefined) {
    return [{ path: ['source', 'features_json'], column: source.columns.featuresJson, kind: JSON_TEXT }];
  }
  // A number that is a sensitive attribute is read as a category.
  const attributes = new Set(sensitive.flat());
  const list = (name: 'numeric' | 'categorical' | 'other', kind: Kind): Wanted[] =>
    (features[name] ?? []).map((column, index) => ({
      path: ['features', name, index],
      column,
      kind: attributes.has(column) ? CATEGORY : kind,
    }));
  return [...list('numeric', FEATURE_NUMBER), ...list('categorical', CATEGORY), ...list('other', CATEGORY)];
}

function labelColumns(definition: ModelDefinition): Wanted[] {
  const { labels } = definition;
  if (labels === undefined) return [];
  const at = (key: string): Path => ['labels', key];
  return [
    { path: at('id'), column: labels.id, kind: KEY },
    { path: at('label'), column: labels.label, kind: outcome(definition) },
    ...(labels.time === undefined ? [] : [{ path: at('time'), column: labels.time, kind: TIME }]),
    ...(labels.arrived === undefined ? [] : [{ path: at('arrived'), column: labels.arrived, kind: TIME }]),
    ...filterColumns(['labels', 'where'], labels.filters),
  ];
}

const fault = (path: Path, message: string, cure: string): SourceFinding => ({ level: 'fault', path, message, cure });

/** Column names compare without regard to capitals, as on both servers. */
function columnOf(table: SourceTable, name: string): SourceColumn | undefined {
  const exact = table.columns.get(name);
  if (exact !== undefined) return exact;
  return [...table.columns.values()].find((column) => column.name.toLowerCase() === name.toLowerCase());
}

async function columnFinding(
  db: Pool,
  table: SourceTable,
  tableName: string,
  { path, column, kind, filter }: Wanted,
): Promise<SourceFinding | null> {
  const found = columnOf(table, column);
  if (found === undefined ? await isHidden(db, tableName, column) : !found.readable) {
    const message = `The account may not read column \`${column}\` of table \`${tableName}\``;
    return fault(path, message, `GRANT SELECT ON ${quoteTable(tableName)} to the account`);
  }
  if (found === undefined) {
    const message = `Table \`${tableName}\` has no column \`${column}\``;
    return fault(path, message, didYouMean(column, [...table.columns.keys()], 'Its columns'));
  }
  if (filter !== undefined) {
    const obstacle = filterObstacle(found.type, filter);
    return obstacle && fault(path, `Column \`${column}\` of table \`${tableName}\` ${obstacle.why}`, obstacle.cure);
  }
  if (kind === null || kind.types.includes(found.type)) return null;
  const key = typeof path.at(-1) === 'number' ? path.slice(0, -1).join('.') : path.join('.');
  const message = `Column \`${column}\` of table \`${tableName}\` is of type ${found.type}; \`${key}\` needs ${kind.needs}`;
  return fault(path, message, kind.cure);
}

async function columnFindings(
  db: Pool,
  table: SourceTable,
  tableName: string,
  wanted: readonly Wanted[],
): Promise<SourceFinding[]> {
  const findings: SourceFinding[] = [];
  for (const one of wanted) {
    const finding = await columnFinding(db, table, tableName, one);
    if (finding !== null) findings.push(finding);
  }
  return findings;
}

export function lookupFinding(
  lookup: Exclude<TableLookup, { state: 'found' }>,
  path: Path,
  tableName: string,
): SourceFinding {
  switch (lookup.state) {
    case 'missing':
      return fault(path, `There is no table \`${tableName}\``, didYouMean(tableName, lookup.others, 'Tables there'));
    case 'no database':
      return fault(
        path,
        `There is no database for table \`${tableName}\``,
        'Correct the address or the name before the dot',
      );
    case 'refused':
      return fault(
        path,
        `The account may not read table \`${tableName}\`, or it is not there`,
        `GRANT SELECT ON ${quoteTable(tableName)} to the account, or correct the name`,
      );
  }
}

function indexWarning(
  path: Path,
  tableName: string,
  name: string,
  columns: readonly string[],
  why: string,
): SourceFinding {
  const list = columns.map(quoteColumn).join(', ');
  return {
    level: 'warning',
    path,
    message: `No index of table \`${tableName}\` helps to ${why}: every cycle reads the whole table`,
    cure: `CREATE INDEX ${name} ON ${quoteTable(tableName)} (${list})`,
  };
}

/** An index on a column that is missing helps nobody: its fault is told first. */
function hasColumns(table: SourceTable, names: readonly string[]): boolean {
  const known = new Set([...table.columns.keys()].map((name) => name.toLowerCase()));
  return names.every((name) => known.has(name.toLowerCase()));
}

function timeIndex(definition: ModelDefinition, table: SourceTable): SourceFinding[] {
  const { table: name, columns, filters } = definition.source;
  const equal = Object.keys(filters);
  // The server keeps no indexes of a view, and tells none.
  const helps = table.indexes === null || hasIndexForRange(table, equal, columns.time);
  if (helps || !hasColumns(table, [...equal, columns.time])) return [];
  return [
    indexWarning(['source', 'columns', 'time'], name, 'plumbline_time', [...equal, columns.time], 'find a window'),
  ];
}

function labelIndex(definition: ModelDefinition, table: SourceTable): SourceFinding[] {
  const { labels } = definition;
  if (labels === undefined) return [];
  // A filter alone narrows nothing: the id, or the time with it, must be among the leading columns.
  const own = [labels.id, ...(labels.time === undefined ? [] : [labels.time])];
  const helps = table.indexes === null || hasIndexForLookup(table, [...own, ...Object.keys(labels.filters)], own);
  const columns = [...Object.keys(labels.filters), labels.id];
  if (helps || !hasColumns(table, columns)) return [];
  return [indexWarning(['labels', 'id'], labels.table, 'plumbline_label', columns, 'find a label')];
}

async function checkPredictions(db: Pool, definition: ModelDefinition): Promise<SourceFinding[]> {
  const { source } = definition;
  const lookup = await lookUpTable(db, source.table);
  if (lookup.state !== 'found') return [lookupFinding(lookup, ['source', 'table'], source.table)];
  const wanted = [...roleColumns(definition), ...featureColumns(definition)];
  return [...(await columnFindings(db, lookup.table, source.table, wanted)), ...timeIndex(definition, lookup.table)];
}

async function checkLabels(db: Pool, definition: ModelDefinition): Promise<SourceFinding[]> {
  const { labels, source } = definition;
  if (labels === undefined) return [];
  if (labels.connection !== source.connection) {
    const message = 'Labels and predictions are in different databases; a cycle joins them on one server';
    const cure = 'Let `labels` name a table in the database of `source` (a view will do), or write `labels: none`';
    return [fault(['labels'], message, cure)];
  }
  const lookup = await lookUpTable(db, labels.table);
  if (lookup.state !== 'found') return [lookupFinding(lookup, ['labels', 'table'], labels.table)];
  const findings = await columnFindings(db, lookup.table, labels.table, labelColumns(definition));
  return labels.table === source.table ? findings : [...findings, ...labelIndex(definition, lookup.table)];
}

/** The statement of a cycle itself, without rows: what only the server can judge, such as collations that do not mix. */
async function tryReading(db: Pool, definition: ModelDefinition): Promise<SourceFinding[]> {
  const query = windowQuery(definition, { from: 0, to: 1 }, 1);
  try {
    await select(db, `${query.sql} LIMIT 0`, query.values);
    return [];
  } catch (error) {
    const explained = explainSourceFault(error, definition);
    if ('retryable' in explained && explained.retryable === true) throw error;
    return [
      fault(
        ['source'],
        `The rows cannot be read: ${explained.message}`,
        'Try the statement by hand, with the same account',
      ),
    ];
  }
}

/**
 * `pool` reads the definition's source. A server that is not there is an error, not a finding: nothing is known then.
 */
export async function checkSource(pool: Pool, definition: ModelDefinition): Promise<readonly SourceFinding[]> {
  const findings = [...(await checkPredictions(pool, definition)), ...(await checkLabels(pool, definition))];
  if (findings.some(({ level }) => level === 'fault')) return findings;
  const unreadable = await tryReading(pool, definition);
  if (unreadable.length > 0) return unreadable;
  // Without an index the newest rows are as dear as all rows.
  const costly = findings.some(({ path }) => path.at(-1) === 'time');
  return costly ? findings : [...findings, ...(await missingFeatures(pool, definition))];
}
