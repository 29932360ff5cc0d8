/** A batch of rows, from the request to the answer: who may, how many at once, which model, which rows, stored or not. */
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { findModelWithHash, loadDefinition } from '../../io/mysql/definitions.js';
import type { Pool } from '../../io/mysql/pool.js';
import { countUnmatched, insertLabels, insertPredictions } from '../../io/mysql/prediction-log.js';
import type { ModelDefinition } from '../../model/definition.js';
import { MODEL_ID } from '../../model/ids.js';
import { labelRows, predictionRows, type BodyFormat } from '../ingest/json-rows.js';
import { elsewhere, type RowKind } from '../ingest/own-tables.js';
import { forbidden, refusalOf, REFUSALS, refuse, unknownModel, unreadable } from './answers.js';
import { bodyFormatOf, readBody } from './body.js';
import type { Tokens } from './tokens.js';

export interface ServeLimits {
  /** Batches that are read or stored at once; one more is sent away with 429. */
  readonly atOnce: number;
  readonly bodyBytes: number;
  /** For storing a batch, once its body is in. */
  readonly answerMs: number;
}

export interface BatchDeps {
  readonly pool: Pool;
  readonly tokens: Tokens;
  readonly limits: ServeLimits;
  readonly log: Logger;
  readonly stopping: () => boolean;
}

/** The value, or null when it takes longer; the work then goes on. */
export async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | null> {
  const timer: { handle?: NodeJS.Timeout } = {};
  const late = new Promise<null>((resolve) => {
    timer.handle = setTimeout(resolve, milliseconds, null);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer.handle);
  }
}

interface Known {
  readonly hash: string;
  readonly definition: ModelDefinition;
}

/** Definitions as they are now: each request asks for the newest revision's hash, and reads it only where it is new. */
class Definitions {
  readonly #known = new Map<string, Known>();

  async of(pool: Pool, model: string): Promise<ModelDefinition | null> {
    const found = MODEL_ID.test(model) ? await findModelWithHash(pool, model) : null;
    if (found === null) return null;
    const known = this.#known.get(model);
    if (known?.hash === found.hash) return known.definition;
    const { definition } = await loadDefinition(pool, model, found.model.revision);
    this.#known.set(model, { hash: found.hash, definition });
    return definition;
  }
}

interface Stored {
  /** Rows of the request that are in the table now, whether or not they were before. */
  readonly accepted: number;
  /** Labels whose prediction is not there, or not yet. */
  readonly unmatched?: number;
  readonly note?: string;
}

async function storeBatch(
  pool: Pool,
  definition: ModelDefinition,
  kind: RowKind,
  { body, format }: { readonly body: Uint8Array; readonly format: BodyFormat },
): Promise<Stored> {
  const { model } = definition;
  const now = Date.now();
  const note = elsewhere(definition, kind);
  const told = note === null ? {} : { note };
  if (kind === 'predictions') {
    const rows = predictionRows(definition).read(body, format, now);
    await insertPredictions(pool, model, rows);
    return { accepted: rows.length, ...told };
  }
  const rows = labelRows(definition).read(body, format, now);
  await insertLabels(pool, model, rows, now);
  if (elsewhere(definition, 'predictions') !== null) return { accepted: rows.length, ...told };
  return { accepted: rows.length, unmatched: await countUnmatched(pool, model, rows), ...told };
}

export class Batches {
  readonly #deps: BatchDeps;
  readonly #definitions = new Definitions();
  #open = 0;

  constructor(deps: BatchDeps) {
    this.#deps = deps;
  }

  async take(context: Context, kind: RowKind): Promise<Response> {
    const { tokens, limits, stopping } = this.#deps;
    const model = context.req.param('model') ?? '';
    const permitted = tokens.permitted(context.req.header('authorization'));
    if (permitted === null) return refuse(context, REFUSALS.unknownToken);
    if (!permitted.allows(model)) return refuse(context, forbidden);
    if (stopping()) return refuse(context, REFUSALS.stopping);
    if (this.#open >= limits.atOnce) return refuse(context, REFUSALS.busy);
    this.#open += 1;
    // The place is free when the work has really ended, not when its time is over.
    const work: Promise<unknown>[] = [];
    try {
      return await this.#answer(context, model, kind, work);
    } catch (error) {
      return this.#failed(context, error, model);
    } finally {
      void Promise.allSettled(work).then(() => {
        this.#open -= 1;
      });
    }
  }

  async #answer(context: Context, model: string, kind: RowKind, work: Promise<unknown>[]): Promise<Response> {
    const { pool, limits } = this.#deps;
    const format = bodyFormatOf(context.req.header('content-type'));
    const isPlain = (context.req.header('content-encoding') ?? 'identity') === 'identity';
    if (format === undefined || !isPlain) return refuse(context, unreadable);
    const definition = await this.#definitions.of(pool, model);
    if (definition === null) return refuse(context, unknownModel);
    const body = await readBody(context.req.raw, limits.bodyBytes);
    const storing = storeBatch(pool, definition, kind, { body, format });
    work.push(storing);
    const stored = await within(storing, limits.answerMs);
    return stored === null ? refuse(context, REFUSALS.tooSlow) : context.json(stored);
  }

  /** What a producer did wrong is the producer's to know; what went wrong here belongs into the log as well. */
  #failed(context: Context, error: unknown, model: string): Response {
    const known = refusalOf(error);
    if (known !== null && known.status < 500) return refuse(context, known);
    const { message, code } = error as { message?: unknown; code?: unknown };
    this.#deps.log[known === null ? 'error' : 'warn']({ model, message, code }, 'a batch could not be stored');
    return refuse(context, known ?? REFUSALS.defect);
  }
}
