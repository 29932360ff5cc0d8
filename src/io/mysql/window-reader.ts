/**
 * Reads the rows of one window into columns: the prepared (binary) protocol, row events, straight into typed arrays.
 * The text protocol would make the user's server format every double, at several times the price.
 */
import type { Pool, PoolConnection } from 'mysql2/promise';
import type { Connection as CallbackConnection, FieldPacket } from 'mysql2';
import type { Frame } from '../../model/frame.js';
import { FrameBuilder } from './frame-builder.js';
import { killStatement } from './pool.js';
import type { WindowQuery } from './window-query.js';
import { wireConverters } from './wire-types.js';

/** Rows between two progress reports. */
const PROGRESS_EVERY = 50_000;

export interface ReadOptions {
  /** Aborting stops the statement on the server, too. */
  readonly signal?: AbortSignal;
  readonly progress?: (rows: number) => void;
}

function streamRows(
  connection: CallbackConnection,
  query: WindowQuery,
  builder: FrameBuilder,
  options: ReadOptions,
): Promise<void> {
  let broken: (error: Error) => void = () => undefined;
  return new Promise<void>((resolve, reject) => {
    broken = reject;
    // A connection that breaks tells its own listeners, never the command that was running on it.
    connection.on('error', broken);
    const command = connection.execute({ sql: query.sql, values: [...query.values], rowsAsArray: true });
    const events = command as unknown as NodeJS.EventEmitter;
    command.on('error', reject);
    events.on('fields', (fields: readonly FieldPacket[] | undefined) => {
      if (fields !== undefined) builder.convertWith(wireConverters(fields, query.plan));
    });
    events.on('result', (row: unknown) => {
      // The header of a statement without rows also arrives here; only arrays are rows.
      if (!Array.isArray(row)) return;
      try {
        builder.add(row);
        if (builder.read % PROGRESS_EVERY === 0) options.progress?.(builder.read);
      } catch (error) {
        // Thrown on, it would end the process: nobody stands between here and the socket.
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    command.on('end', () => {
      resolve();
    });
  }).finally(() => {
    connection.removeListener('error', broken);
  });
}

/** Runs the query on a connection of its own and builds the frame; memory is the columns and nothing else. */
export async function readWindow(pool: Pool, query: WindowQuery, options: ReadOptions = {}): Promise<Frame> {
  const { signal } = options;
  signal?.throwIfAborted();
  const connection: PoolConnection = await pool.getConnection();
  const raw = connection.connection as unknown as CallbackConnection & { threadId: number };
  const abort = (): void => {
    // The statement then fails with an interruption; if it cannot be ended, at least nobody waits for it.
    killStatement(pool, raw.threadId).catch(() => {
      connection.destroy();
    });
  };
  const builder = new FrameBuilder(query.plan);
  try {
    // It may have been aborted while it waited for the connection.
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort, { once: true });
    await streamRows(raw, query, builder, options);
    // Aborted with its last row: the order to end the statement may still hit whatever this connection does next.
    signal?.throwIfAborted();
    connection.release();
    return builder.finish();
  } catch (error) {
    connection.destroy();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
