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

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Server error numbers that both servers share. */
function messageOf(errno: number | undefined, detail: string, definition: ModelDefinition): string | null {
  const { table } = definition.source;
  const { model } = definition;
  switch (errno) {
    case 1054: {
      const column = /Unknown column '([^']*)'/.exec(detail)?.[1]?.replace(/^[pl]\./, '') ?? 'a column';
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
  const code = error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : '';
  if (CONNECTION_CODES.has(code)) {
    return new SourceFault(`the source database of ${definition.model} cannot be reached (${code})`, true, error);
  }
  if (PASSING_ERRNO.has(errnoOf(error) ?? 0)) {
    return new SourceFault(`the source database of ${definition.model} broke off: ${detail}`, true, error);
  }
  return error instanceof Error ? error : new Error(detail);
}
