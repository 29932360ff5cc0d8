/** Errors of a source database in words: which table or column, and what to do about it. */
import type { ModelDefinition } from '../../model/definition.js';
import { errnoOf } from './pool.js';

/** A fault that trying again cannot mend: a person has to change the definition, the table or the rights. */
export class SourceFault extends Error {
  readonly retryable: boolean;

  constructor(message: string, retryable: boolean, cause: unknown) {
    super(message, { cause });
    this.name = 'SourceFault';
    this.retryable = retryable;
  }
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'EPIPE',
  'PROTOCOL_CONNECTION_LOST',
]);

/**
 * What a server says when it ends a statement or a connection from its side, or takes no more of them: shutting down
 * (1053), interrupted (1317, MariaDB 1927, MySQL 3169), idle too long (MySQL 4031), too many connections (1040, 1203, 1226).
 */
const PASSING_ERRNO = new Set([1040, 1053, 1203, 1226, 1317, 1927, 3169, 4031]);

/** Others had the table locked for too long (1205), or won a deadlock (1213). */
const LOCKED_ERRNO = new Set([1205, 1213]);

/** The table was altered after the read began (1412), or again and again while it was prepared (1615). */
const ALTERED_ERRNO = new Set([1412, 1615]);

/** The read took longer than a statement may: `max_statement_time` of MariaDB, `max_execution_time` of MySQL. */
const OVER_TIME_ERRNO = new Set([1969, 3024]);

/** Faults that may have passed when the read is tried again, in words; null for all others. */
function passingMessage(errno: number, detail: string, { model, source }: ModelDefinition): string | null {
  if (PASSING_ERRNO.has(errno)) return `the source database of ${model} broke off: ${detail}`;
  if (LOCKED_ERRNO.has(errno)) return `table ${source.table} of ${model} is locked by another session: ${detail}`;
  if (ALTERED_ERRNO.has(errno)) return `table ${source.table} of ${model} was altered while it was read: ${detail}`;
  if (!OVER_TIME_ERRNO.has(errno)) return null;
  const cure = `index its column ${source.columns.time}, or let the account's statements run longer`;
  return `the server ended the read of table ${source.table} of ${model} after the time a statement may take; ${cure}: ${detail}`;
}

/** Locks that were waited for in vain (1205, 1213), and a server that is being promoted or mended and only reads (1290, 1836). */
const WAITING_ERRNO = new Set([1205, 1213, 1290, 1836]);

function codeOf(error: unknown): string {
  return error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : '';
}

/** Whether a statement that writes may well succeed when it is tried again later, without anybody's doing. */
export function isPassing(error: unknown): boolean {
  const errno = errnoOf(error) ?? 0;
  return CONNECTION_CODES.has(codeOf(error)) || PASSING_ERRNO.has(errno) || WAITING_ERRNO.has(errno);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Server error numbers that both servers share. */
function messageOf(errno: number | undefined, detail: string, definition: ModelDefinition): string | null {
  const { table } = definition.source;
  const { model } = definition;
  switch (errno) {
    case 1054: {
      const column = /Unknown column '(.*)' in /.exec(detail)?.[1]?.replace(/^[pl]\./, '') ?? 'a column';
      return `column "${column}" is not in the source of ${model} (table ${table}); correct the definition, or the table if the column was dropped`;
    }
    case 1146:
      return `${detail}: the source table of ${model} is missing; correct source.table in the definition`;
    case 1049:
      return `${detail}: the database of ${model}'s source is missing; correct its address`;
    case 1142:
    case 1143:
    case 1044:
      return `the source user may not read table ${table} of ${model}: ${detail}; GRANT SELECT on it`;
    case 1356:
      return `view ${table} of ${model} refers to tables or columns that are gone or hidden: ${detail}; mend the view`;
    case 1267:
    case 1271:
      return `predictions and labels of ${model} cannot be joined: ${detail}; give both id columns one collation`;
    case 1104:
      return `the server lets the source user of ${model} read no more rows than max_join_size: ${detail}; raise it, or SET sql_big_selects = 1 for the account`;
    case 1045:
    case 1698:
      return `the source of ${model} refused user or password; check the address that source.connection refers to`;
    default:
      return null;
  }
}

/** Wraps an error of reading a window; faults of configuration are marked as not worth a retry. */
export function explainSourceFault(error: unknown, definition: ModelDefinition): Error {
  if (error instanceof SourceFault) return error;
  const detail = textOf(error);
  const known = messageOf(errnoOf(error), detail, definition);
  if (known !== null) return new SourceFault(known, false, error);
  const code = codeOf(error);
  if (CONNECTION_CODES.has(code)) {
    return new SourceFault(`the source database of ${definition.model} cannot be reached (${code})`, true, error);
  }
  const passing = passingMessage(errnoOf(error) ?? 0, detail, definition);
  if (passing !== null) return new SourceFault(passing, true, error);
  return error instanceof Error ? error : new Error(detail);
}
