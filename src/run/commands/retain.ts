/** `retain`: removes old rows from Plumbline's own tables; figures, verdicts, incidents and the audit stay. */
import { createHash } from 'node:crypto';
import { listModels, loadDefinition, type StoredModel } from '../../io/mysql/definitions.js';
import type { Database, Pool } from '../../io/mysql/pool.js';
import { ownTables, type RetentionRequest } from '../../io/mysql/retention-plan.js';
import {
  lookAhead,
  partitionsThatGo,
  removeRows,
  type RetentionOutlook,
  type TableRows,
} from '../../io/mysql/retention.js';
import { integer, select } from '../../io/mysql/rows.js';
import type { ModelDefinition, Span } from '../../model/definition.js';
import { formatSpan, parseDuration, parseSpan } from '../../model/durations.js';
import { personOf, requireModel, type CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { blocks, instantText, isoOrNull, section, type Answer } from '../output.js';

interface RetainOptions {
  readonly olderThan?: string;
  readonly dryRun?: boolean;
  readonly unprofiled?: boolean;
  readonly batch: string;
  readonly pause: string;
  readonly as?: string;
}

interface Candidate {
  readonly model: StoredModel;
  readonly definition: ModelDefinition;
  readonly keep: Span;
}

/** A model of which nothing is removed, and why. */
interface LeftAlone {
  readonly model: string;
  readonly why: string;
  readonly cure: string | null;
}

const TELL_EVERY_ROWS = 100_000;

function spanOf(text: string): Span {
  const parsed = parseSpan(text);
  if (parsed.ok) return parsed.value;
  throw wrongUse(`--older-than ${parsed.message}: "${text}"`, parsed.cure);
}

function batchOf(text: string): number {
  const rows = Number(text);
  if (Number.isInteger(rows) && rows >= 1 && rows <= 100_000) return rows;
  throw wrongUse(`--batch is no number of rows: "${text}"`, 'write a whole number from 1 to 100000');
}

function pauseOf(text: string): number {
  if (text === '0') return 0;
  const ms = /^(\d{1,5}) ?ms$/.exec(text)?.[1];
  if (ms !== undefined) return Number(ms);
  const parsed = parseDuration(text);
  if (parsed.ok) return parsed.value;
  throw wrongUse(`--pause ${parsed.message}: "${text}"`, 'write for example 50ms or 1s');
}

async function candidates(
  pool: Pool,
  named: string | undefined,
  asked: Span | undefined,
): Promise<{ readonly found: readonly Candidate[]; readonly left: readonly LeftAlone[] }> {
  const models = named === undefined ? await listModels(pool) : [await requireModel(pool, named)];
  const found: Candidate[] = [];
  const left: LeftAlone[] = [];
  for (const model of models) {
    const { definition } = await loadDefinition(pool, model.model, model.revision);
    const keep = asked ?? definition.retention;
    if (ownTables(definition).length === 0) {
      left.push({
        model: model.model,
        why: 'its rows are in a table of yours, of which Plumbline only reads',
        cure: null,
      });
    } else if (keep === undefined) {
      left.push({
        model: model.model,
        why: 'its definition says no `retention`, and --older-than was not given',
        cure: 'write for example `retention: 90d` into it, or say --older-than 90d',
      });
    } else found.push({ model, definition, keep });
  }
  const [only] = left;
  if (named !== undefined && only !== undefined) {
    throw wrongUse(`${only.model}: ${only.why}`, only.cure);
  }
  return { found, left };
}

/** One removal at a time: two would delete each other's rows in turns, and count them twice. */
async function alone<T>({ pool, address }: Database, work: () => Promise<T>): Promise<T> {
  // MySQL limits names of locks to 64 characters.
  const name = `plumbline.retain.${createHash('sha256').update(address.database).digest('hex').slice(0, 32)}`;
  const connection = await pool.getConnection();
  try {
    const [row] = await select(connection, 'SELECT GET_LOCK(?, 0) AS got', [name]);
    if (row === undefined || integer(row, 'got') !== 1) {
      throw wrongUse('another plumbline retain removes rows of this database', 'wait until it has ended');
    }
    return await work();
  } finally {
    // The lock goes with its connection.
    connection.destroy();
  }
}

const rowCells = (
  { model, plan }: RetentionOutlook,
  { table, rows, oldest, newest }: TableRows,
): (string | number | null)[] => [
  model,
  table,
  instantText(plan.before),
  rows,
  instantText(oldest),
  instantText(newest),
];

type Partitions = Readonly<Record<'predictions' | 'labels', readonly string[]>>;

function answerOf(
  outlooks: readonly RetentionOutlook[],
  keeps: ReadonlyMap<string, Span>,
  left: readonly LeftAlone[],
  partitions: Partitions,
  dryRun: boolean,
): Answer {
  const dropped = (['predictions', 'labels'] as const).flatMap((table) =>
    partitions[table].map((name) => [table, name]),
  );
  const total = outlooks.flatMap(({ tables }) => tables).reduce((sum, { rows }) => sum + rows, 0);
  const verb = dryRun ? 'would go' : 'removed';
  const text = blocks(
    section(
      `Rows that ${dryRun ? 'would go' : 'went'}`,
      ['model', 'table', 'before', 'rows', 'oldest', 'newest'],
      outlooks.flatMap((outlook) => outlook.tables.map((one) => rowCells(outlook, one))),
    ),
    dropped.length === 0
      ? ''
      : section(dryRun ? 'Partitions that would be dropped' : 'Partitions dropped', ['table', 'partition'], dropped),
    section(
      'Older rows that stay',
      ['model', 'from', 'to', 'needed for'],
      outlooks.flatMap(({ model, plan }) =>
        plan.kept.map(({ from, to, why }) => [model, instantText(from), instantText(Math.min(to, plan.before)), why]),
      ),
    ),
    left.length === 0
      ? ''
      : section(
          'Models left alone',
          ['model', 'why'],
          left.map(({ model, why }) => [model, why]),
        ),
    `${String(total)} rows ${verb}; figures, verdicts, incidents and the audit stay.`,
  );
  const data = {
    dryRun,
    rows: total,
    models: outlooks.map(({ model, plan, tables }) => ({
      model,
      keep: formatSpan(keeps.get(model) ?? { count: 0, unit: 'day' }),
      before: isoOrNull(plan.before),
      tables: tables.map((one) => ({ ...one, oldest: isoOrNull(one.oldest), newest: isoOrNull(one.newest) })),
      kept: plan.kept.map(({ from, to, why }) => ({ from: isoOrNull(from), to: isoOrNull(to), why })),
    })),
    partitions,
    left,
  };
  return { data, text };
}

async function retain(context: CommandContext, named: string | undefined, options: RetainOptions): Promise<Answer> {
  const by = personOf(options.as);
  const asked = options.olderThan === undefined ? undefined : spanOf(options.olderThan);
  const [batch, pauseMs] = [batchOf(options.batch), pauseOf(options.pause)];
  const database = await context.database();
  const { pool } = database;
  const { found, left } = await candidates(pool, named, asked);
  const keeps = new Map(found.map(({ model, keep }) => [model.model, keep]));
  const look = async (): Promise<RetentionOutlook[]> => {
    const outlooks: RetentionOutlook[] = [];
    for (const one of found) {
      const request: RetentionRequest = { ...one, now: Date.now(), unprofiled: options.unprofiled === true };
      outlooks.push(await lookAhead(pool, request));
    }
    return outlooks;
  };
  if (options.dryRun === true) {
    const outlooks = await look();
    return answerOf(outlooks, keeps, left, await partitionsThatGo(pool, outlooks), true);
  }
  return alone(database, async () => {
    const outlooks = await look();
    let [gone, next] = [0, TELL_EVERY_ROWS];
    const partitions = await removeRows(pool, outlooks, {
      batch,
      pauseMs,
      by,
      now: Date.now,
      progress: (model, rows) => {
        gone += rows;
        if (gone < next) return;
        context.say(`${model}: ${String(gone)} rows removed`);
        next = gone + TELL_EVERY_ROWS;
      },
    });
    return answerOf(outlooks, keeps, left, partitions, false);
  });
}

export function addRetainCommand({ command, act }: CommandSet): void {
  command('retain', 'remove old rows from Plumbline’s own tables; figures and verdicts stay')
    .argument('[model]', 'by default every model whose definition says `retention`')
    .option('--older-than <span>', 'such as 90d or 6 months; by default what the definition says')
    .option('--dry-run', 'say what would go, and what would stay and why; remove nothing')
    .option('--unprofiled', 'also rows of hours that changed since they were last profiled')
    .option('--batch <rows>', 'rows of one statement', '5000')
    .option('--pause <time>', 'between two statements, for the server’s other work', '50ms')
    .option('--as <name>', 'who does it; by default the user of the system')
    .action(act(retain));
}
