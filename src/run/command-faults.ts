/** Every error of a command as one of three exit statuses, one clear line, and a cure. */
import { ScheduleNotFoundError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { StaleSwitch } from '../io/mysql/registry.js';
import { SourceFault } from '../io/mysql/source-faults.js';
import { ChannelError } from '../io/faults.js';
import { SecretError } from '../io/secrets.js';
import { CommandFault, unavailable, wrongUse } from './command-fault.js';
import { Unavailable } from './connection.js';
import { SettingsFault } from './settings.js';
import { StackUnavailable } from './stack/stack.js';

export { CommandFault, unavailable, wrongUse };

const NO_MYSQL = 'start it (plumbline up), or correct MYSQL_URL';
const NO_TEMPORAL = 'start it (plumbline up), or correct TEMPORAL_ADDRESS';

const LOST_CONNECTION = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE'],
  ...['PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT', 'ER_SERVER_SHUTDOWN', 'ER_CON_COUNT_ERROR'],
]);
/** The account, the database or its tables are not as they should be; trying again does not mend that. */
const REFUSED: Readonly<Record<number, string>> = {
  1044: 'grant the account its rights on the database',
  1045: 'correct user and password in MYSQL_URL',
  1049: 'correct the database in MYSQL_URL, or create it',
  1142: 'grant the account its rights on the tables',
  1146: 'bring the database up to date: plumbline up',
};

interface ErrorLike {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly sqlMessage?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null;
}

/** A fault of MySQL, or null. Addresses that resolve to several fail with one error for each. */
function mysqlFault(error: ErrorLike): CommandFault | null {
  const [first] = Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  const code = typeof error.code === 'string' ? error.code : isErrorLike(first) ? first.code : undefined;
  const text = firstLine(error);
  if (typeof code === 'string' && LOST_CONNECTION.has(code)) {
    return unavailable(`the database cannot be reached (${code})`, NO_MYSQL, error);
  }
  if (/connection is in closed state|Pool is closed/.test(text)) {
    return unavailable('the connection to the database was lost', NO_MYSQL, error);
  }
  const cure = typeof error.errno === 'number' ? REFUSED[error.errno] : undefined;
  if (cure !== undefined) return new CommandFault(2, `the database refused: ${text}`, cure, { cause: error });
  if (typeof error.sqlMessage === 'string') {
    return unavailable(`the database reported: ${text}`, 'run plumbline doctor', error);
  }
  return null;
}

/** Codes of gRPC: the call may succeed later (deadline, exhausted, unavailable), or only after a change of settings. */
const GRPC_LATER = new Set([4, 8, 14]);
const GRPC_REFUSED = new Set([7, 16]);

function temporalFault(error: ErrorLike): CommandFault | null {
  if (error instanceof ScheduleNotFoundError) {
    return wrongUse('the model has no Schedule in Temporal', 'apply its definition again: plumbline apply FILE');
  }
  if (error instanceof WorkflowNotFoundError) return wrongUse('there is no such workflow execution');
  if (error instanceof WorkflowFailedError) {
    return unavailable(`the execution did not complete: ${rootMessage(error)}`, 'look at it in the Temporal UI', error);
  }
  const { cause } = error;
  const code = isErrorLike(cause) && typeof cause.code === 'number' ? cause.code : error.code;
  if (typeof code !== 'number') return null;
  const text = rootMessage(error);
  if (GRPC_LATER.has(code)) return unavailable(`Temporal cannot be reached: ${text}`, NO_TEMPORAL, error);
  if (GRPC_REFUSED.has(code)) {
    const cure = 'correct TEMPORAL_API_KEY, the TLS settings or TEMPORAL_NAMESPACE';
    return new CommandFault(2, `Temporal refused: ${text}`, cure, { cause: error });
  }
  return null;
}

function firstLine(error: ErrorLike): string {
  const text = typeof error.message === 'string' && error.message !== '' ? error.message : 'unknown error';
  return text.split('\n')[0] ?? text;
}

/** The message of the innermost cause: what really happened. */
export function rootMessage(error: unknown): string {
  let inner = error;
  while (isErrorLike(inner) && inner.cause !== undefined && inner.cause !== null) inner = inner.cause;
  return isErrorLike(inner) ? firstLine(inner) : String(inner);
}

/** Errors that carry a message for people already. */
function ownFault(error: Error): CommandFault | null {
  if (error instanceof SettingsFault) return wrongUse(error.message, 'correct the environment and try again');
  if (error instanceof SecretError) return wrongUse(error.message, 'set what the reference names');
  if (error instanceof StaleSwitch) return wrongUse(error.message, 'look at what serves now: plumbline show MODEL');
  if (error instanceof SourceFault) return new CommandFault(error.retryable ? 3 : 2, error.message);
  if (error instanceof ChannelError) return new CommandFault(error.fault.kind === 'never' ? 2 : 3, error.message);
  if (error instanceof Unavailable || error instanceof StackUnavailable) {
    return unavailable(error.message, 'run plumbline doctor', error);
  }
  return null;
}

/** What happened, in the terms of the command line. What nobody foresaw is a defect, told as one. */
export function commandFaultOf(error: unknown): CommandFault {
  if (error instanceof CommandFault) return error;
  if (!(error instanceof Error)) return unavailable(`unexpected: ${String(error)}`);
  const known = ownFault(error) ?? mysqlFault(error) ?? temporalFault(error);
  if (known !== null) return known;
  const cure = 'this is a defect of Plumbline; PLUMBLINE_DEBUG=1 shows where it happened';
  return unavailable(`unexpected: ${firstLine(error)}`, cure, error);
}
