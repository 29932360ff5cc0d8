/** What the endpoint answers: `{"error": {message, cure}}` where it refuses, always with what to do. */
import { RowFault } from '../../io/mysql/prediction-log.js';
import { isPassing } from '../../io/mysql/source-faults.js';
import type { Context } from 'hono';
import { BodyFault, RowFaults } from '../ingest/json-rows.js';
import { BODY_TYPES } from './body.js';

export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly message: string;
  readonly cure: string;
  /** Beside message and cure. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Seconds after which a producer may try again: a moment for a full house, longer for a server that is down. */
const RETRY_BUSY_S = 1;
const RETRY_DOWN_S = 5;

const later = (seconds: number): Readonly<Record<string, string>> => ({ 'retry-after': String(seconds) });

export const REFUSALS = {
  unknownToken: {
    status: 401,
    message: 'the bearer token is missing or not known',
    cure: 'send the header Authorization: Bearer TOKEN with a token that this endpoint was started with',
    headers: { 'www-authenticate': 'Bearer realm="plumbline"' },
  },
  busy: {
    status: 429,
    message: 'as many batches as are taken at once are being stored',
    cure: 'send the same rows again after Retry-After; nothing was stored',
    headers: later(RETRY_BUSY_S),
  },
  stopping: {
    status: 503,
    message: 'this endpoint is being stopped',
    cure: 'send the same rows again after Retry-After; nothing was stored',
    headers: { ...later(RETRY_BUSY_S), connection: 'close' },
  },
  tooSlow: {
    status: 503,
    message: 'the database did not answer in time',
    cure: 'send the same rows again after Retry-After; rows that were stored meanwhile are not doubled',
    headers: later(RETRY_DOWN_S),
  },
  unavailable: {
    status: 503,
    message: 'the database cannot be reached',
    cure: 'send the same rows again after Retry-After; rows that were stored are not doubled',
    headers: later(RETRY_DOWN_S),
  },
  defect: {
    status: 500,
    message: 'the rows could not be stored',
    cure: 'the log of the endpoint says why; nothing was stored',
  },
} as const satisfies Readonly<Record<string, Refusal>>;

/** The same for a model that there is and one that there is not: a token says nothing of models beyond its scope. */
export const forbidden: Refusal = {
  status: 403,
  message: 'this token may not write rows of this model',
  cure: 'use a token for this model, or start the endpoint with another scope for it',
};

export const unknownModel: Refusal = {
  status: 404,
  message: 'there is no such model',
  cure: 'apply its definition first, or correct the name: plumbline models lists them',
};

export const unreadable: Refusal = {
  status: 415,
  message: 'the body is of a type or an encoding that is not read',
  cure: `send it plain, with Content-Type ${BODY_TYPES.join(' or ')}`,
};

function rowRefusal(faults: RowFaults): Refusal {
  return {
    status: 422,
    message: `${faults.message}; none of the request was stored`,
    cure: 'correct these rows or leave them out, and send the others again',
    more: { rows: faults.rows, faults: faults.faults, more: faults.more },
  };
}

/** An error of reading or storing a batch; null for one that nobody foresaw. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof BodyFault) return { status: error.status, message: error.message, cure: error.cure };
  if (error instanceof RowFaults) return rowRefusal(error);
  if (error instanceof RowFault) {
    const { index, message } = error;
    return rowRefusal(
      new RowFaults(index + 1, [{ index, field: '', message, cure: 'correct the row or leave it out' }]),
    );
  }
  return isPassing(error) ? REFUSALS.unavailable : null;
}

export function refuse(context: Context, { status, message, cure, more = {}, headers = {} }: Refusal): Response {
  return context.json({ error: { message, cure, ...more } }, status, { ...headers });
}
