/** From a table to the parts of a first definition: what the user named, what was guessed, what cannot be guessed. */
import { lookupFinding } from '../../io/mysql/source-check.js';
import { lookUpTable, type SourceTable } from '../../io/mysql/source-tables.js';
import {
  SAMPLED_ROWS,
  sampleColumns,
  tableExtent,
  usableColumns,
  type SampledColumn,
  type TableExtent,
} from '../../io/mysql/table-sample.js';
import type { Pool } from '../../io/mysql/pool.js';
import type { Task } from '../../model/frame.js';
import { didYouMean } from '../../model/nearest.js';
import { wrongUse } from '../command-fault.js';
import {
  guessColumns,
  guessFeatures,
  guessJsonFeatures,
  isTime,
  NEEDED_ROLES,
  type Guess,
  type GuessedColumns,
  type GuessedFeatures,
  type Named,
} from './guess-columns.js';
import { guessClassScores, guessPositive, guessTask } from './guess-task.js';
import type { FirstDefinition, LabelsGuess } from './write-definition.js';

export interface Wishes {
  readonly table: string;
  readonly model: string;
  readonly connection?: string;
  readonly named: Named;
  /** `COLUMN` of the table, or `TABLE.COLUMN`. */
  readonly label?: string;
  readonly task?: Task;
  readonly positive?: string;
}

interface Looked {
  readonly table: SourceTable;
  readonly columns: readonly string[];
  readonly unusable: ReadonlyArray<readonly [name: string, reason: string]>;
}

async function look(db: Pool, name: string): Promise<Looked> {
  const lookup = await lookUpTable(db, name);
  if (lookup.state !== 'found') {
    const { message, cure } = lookupFinding(lookup, ['source', 'table'], name);
    throw wrongUse(message, cure);
  }
  const { usable, unusable } = usableColumns(lookup.table);
  if (usable.length === 0) {
    throw wrongUse(`the account may read no column of ${name}`, `GRANT SELECT ON ${name} to the account`);
  }
  return { table: lookup.table, columns: usable, unusable };
}

function noSuchColumn(table: string, column: string, columns: readonly string[]): string {
  return `table ${table} has no column ${column} that can be used. ${didYouMean(column, columns, 'Its columns')}`;
}

/** Every name that the table does not have, told at once. */
function checkNames(table: string, named: Named, columns: readonly string[]): void {
  const faults = Object.entries(named)
    .filter(([, column]) => !columns.includes(column))
    .map(([role, column]) => `--${role}: ${noSuchColumn(table, column, columns)}`);
  if (faults.length > 0) throw wrongUse(faults.join('\n'), null, { faults });
}

function checkNeeded(table: string, { roles, rest }: GuessedColumns): void {
  const missing = NEEDED_ROLES.filter((role) => roles[role] === undefined);
  if (missing.length === 0) return;
  const names = rest.map(({ name }) => name).join(', ');
  const faults = missing.map((role) => `no column of ${table} looks like ${WHAT[role]}: say --${role} COLUMN`);
  throw wrongUse(faults.join('\n'), `columns that play no part yet: ${names}`, { faults });
}

const WHAT = {
  id: 'the id of a prediction',
  time: 'the time of a prediction (DATETIME or TIMESTAMP)',
  prediction: 'a prediction (a view can make one of a score)',
} as const;

const DAY_MS = 86_400_000;
const REFERENCE_DAYS = 28;
/** Under so many rows a day, a day says little. */
const ROWS_OF_A_DAY = 1_000;

function windowOf({ rows, span }: TableExtent): Guess {
  if (rows === null || span === null || span[1] - span[0] < DAY_MS) {
    return { value: '1d', why: 'how many rows a day has is not known; under 1,000 take 1w' };
  }
  const aDay = Math.round(rows / ((span[1] - span[0]) / DAY_MS));
  const why = `about ${String(aDay)} rows a day`;
  return aDay < ROWS_OF_A_DAY ? { value: '1w', why: `${why}; a week holds enough to judge` } : { value: '1d', why };
}

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

function referenceOf({ span }: TableExtent, version: Guess | undefined): Guess {
  if (version !== undefined) {
    const why = 'the first four weeks of each version, from its release on: plumbline release MODEL VERSION --from DAY';
    return { value: 'first 28d', why };
  }
  const from = span === null ? 0 : Math.ceil(span[0] / DAY_MS) * DAY_MS;
  const to = from + REFERENCE_DAYS * DAY_MS;
  if (span === null || to > span[1]) {
    const why =
      'the version’s first four weeks: plumbline release MODEL VERSION --from DAY says when it began to serve';
    return { value: 'first 28d', why };
  }
  return {
    value: `{ from: ${isoDay(from)}, to: ${isoDay(to)} }`,
    why: 'the first four weeks of the table; take weeks in which the model that serves now was right',
  };
}

interface Labels {
  readonly guess: LabelsGuess | null;
  readonly column: SampledColumn | undefined;
}

/** Outcomes in a table of their own: `TABLE.COLUMN`, with the id guessed there. */
async function labelsElsewhere(db: Pool, at: string, roles: GuessedColumns['roles']): Promise<Labels> {
  const split = at.lastIndexOf('.');
  const [table, label] = [at.slice(0, split), at.slice(split + 1)];
  const looked = await look(db, table);
  if (!looked.columns.includes(label)) throw wrongUse(`--label: ${noSuchColumn(table, label, looked.columns)}`);
  const columns = await sampleColumns(db, table, looked.table, looked.columns, undefined);
  const same = columns.find(({ name }) => name === roles.id?.value);
  const { roles: there } = guessColumns(
    columns.filter(({ name }) => name !== label),
    same === undefined ? {} : { id: same.name },
  );
  if (there.id === undefined) {
    throw wrongUse(
      `no column of ${table} looks like the id of a prediction`,
      `call it ${roles.id?.value ?? 'id'} in a view, or write the definition's labels by hand`,
    );
  }
  const guess = { table, id: there.id.value, label, why: 'as you said', ...arrivedOf(there) };
  return { guess, column: columns.find(({ name }) => name === label) };
}

const arrivedOf = ({ arrived }: GuessedColumns['roles']): { arrived?: string } =>
  arrived === undefined ? {} : { arrived: arrived.value };

function labelsBeside(table: string, { roles }: GuessedColumns, columns: readonly SampledColumn[]): Labels {
  const { id, label } = roles;
  if (label === undefined || id === undefined) return { guess: null, column: undefined };
  const guess = { table, id: id.value, label: label.value, why: label.why, ...arrivedOf(roles) };
  return { guess, column: columns.find(({ name }) => name === label.value) };
}

interface Tasked extends Pick<FirstDefinition, 'task' | 'positive' | 'scores' | 'roles'> {
  readonly rest: readonly SampledColumn[];
}

/** The task, and with it what the columns of scores are. */
function taskOf(
  wishes: Wishes,
  columns: readonly SampledColumn[],
  { roles, rest }: GuessedColumns,
  label: SampledColumn | undefined,
): Tasked {
  const prediction = columns.find(({ name }) => name === roles.prediction?.value);
  if (prediction === undefined) throw new Error('the prediction was found before');
  const evidence = { prediction, label };
  const task: FirstDefinition['task'] | undefined =
    wishes.task === undefined
      ? guessTask({ ...evidence, hasScore: roles.score !== undefined })
      : { value: wishes.task, why: 'as you said' };
  if (task === undefined) {
    throw wrongUse(
      `nothing tells what the model does: no row of ${wishes.table} holds a prediction yet`,
      'say --task binary, multiclass or regression; for binary also --positive VALUE',
    );
  }
  if (task.value === 'binary') {
    const positive =
      wishes.positive === undefined ? guessPositive(evidence) : { value: wishes.positive, why: 'as you said' };
    if (positive !== undefined) return { task, positive, roles, rest };
    throw wrongUse('nothing tells which class counts as positive', 'say --positive VALUE');
  }
  if (wishes.positive !== undefined)
    throw wrongUse(`--positive has no meaning for a ${task.value} model`, 'say --task binary');
  const { score, ...others } = roles;
  if (wishes.named.score !== undefined)
    throw wrongUse(`--score has no meaning for a ${task.value} model`, 'say --task binary');
  const freed = columns.filter(({ name }) => name === score?.value);
  const all = [...rest, ...freed];
  const scores = task.value === 'multiclass' ? guessClassScores(all, evidence) : undefined;
  const used = new Set([...Object.values(scores ?? {}), ...freed.map(({ name }) => name)]);
  return { task, roles: others, rest: all.filter(({ name }) => !used.has(name)), ...(scores && { scores }) };
}

function featuresOf(tasked: Tasked, columns: readonly SampledColumn[], looked: Looked): GuessedFeatures {
  const json = columns.find(({ name }) => name === tasked.roles.featuresJson?.value);
  const guessed = json === undefined ? guessFeatures(tasked.rest) : guessJsonFeatures(json);
  const unusable = looked.unusable.map(([name, why]) => ({ name, why }));
  const beside =
    json === undefined ? [] : tasked.rest.map(({ name }) => ({ name, why: 'stands beside the JSON of the features' }));
  return { ...guessed, leftOut: [...guessed.leftOut, ...beside, ...unusable] };
}

export interface Proposal {
  readonly first: FirstDefinition;
  /** Rows that the guesses rest on. */
  readonly sampled: number;
}

/** Looks at the table and proposes; throws a fault of the command where the user must say more. */
export async function propose(db: Pool, wishes: Wishes): Promise<Proposal> {
  const { table: name, named, label } = wishes;
  const looked = await look(db, name);
  const beside = label !== undefined && !label.includes('.') ? { ...named, label } : named;
  checkNames(name, beside, looked.columns);
  // The time first: by its index the newest rows are sampled.
  const unread = looked.columns.map((column): SampledColumn => {
    const type = looked.table.columns.get(column)?.type ?? '';
    return { name: column, type, unique: false, values: [], empty: 0 };
  });
  const time = beside.time ?? guessColumns(unread.filter(isTime), {}).roles.time?.value;
  const columns = await sampleColumns(db, name, looked.table, looked.columns, time);
  const guessed = guessColumns(columns, beside);
  checkNeeded(name, guessed);
  const elsewhere = label !== undefined && label.includes('.');
  const labels = elsewhere ? await labelsElsewhere(db, label, guessed.roles) : labelsBeside(name, guessed, columns);
  const tasked = taskOf(wishes, columns, guessed, labels.column);
  const extent = await tableExtent(db, name, looked.table, tasked.roles.time?.value);
  const sampled = Math.max(0, ...columns.map(({ values, empty }) => values.length + empty));
  const { task, positive, roles, scores } = tasked;
  const first: FirstDefinition = {
    model: wishes.model,
    table: name,
    ...(wishes.connection !== undefined && { connection: wishes.connection }),
    ...{ task, roles, labels: labels.guess },
    ...(positive && { positive }),
    ...(scores && { scores }),
    features: featuresOf(tasked, columns, looked),
    window: windowOf(extent),
    reference: referenceOf(extent, roles.version),
  };
  return { first, sampled: Math.min(sampled, SAMPLED_ROWS) };
}
