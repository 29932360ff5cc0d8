/**
 * Reads the rows of one window into columns: the prepared (binary) protocol, row events, straight into typed arrays.
 * The text protocol would make the user's server format every double, at several times the price.
 */
import type { Pool, PoolConnection } from 'mysql2/promise';
import type { Connection as CallbackConnection } from 'mysql2';
import type { Frame } from '../../model/frame.js';
import { FrameBuilder } from './frame-builder.js';
import type { WindowQuery } from './window-query.js';

/** Rows between two progress reports. */
const PROGRESS_EVERY = 50_000;

export interface ReadOptions {
  /** Aborting stops the statement on the server, too. */
  readonly signal?: AbortSignal;
  readonly progress?: (rows: number) => void;
}

async function killQuery(pool: Pool, threadId: number): Promise<void> {
  await pool.query(`KILL QUERY ${String(threadId)}`);
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
    command.on('error', reject);
    (command as unknown as NodeJS.EventEmitter).on('result', (row: unknown) => {
      // The header of a statement without rows also arrives here; only arrays are rows.
      if (!Array.isArray(row)) return;
      builder.add(row);
      if (builder.read % PROGRESS_EVERY === 0) options.progress?.(builder.read);
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
  options.signal?.throwIfAborted();
  const connection: PoolConnection = await pool.getConnection();
  const raw = connection.connection as unknown as CallbackConnection & { threadId: number };
  const abort = (): void => {
    // The side connection ends the statement; the reader then fails with an interruption and drops its connection.
    killQuery(pool, raw.threadId).catch(() => {
      connection.destroy();
    });
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  const builder = new FrameBuilder(query.plan);
  try {
    await streamRows(raw, query, builder, options);
    connection.release();
    return builder.finish();
  } catch (error) {
    connection.destroy();
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}
