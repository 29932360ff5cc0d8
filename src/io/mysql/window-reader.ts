/**
 * Reads the rows of one window into columns: the prepared (binary) protocol, row events, straight into typed arrays.
 * The text protocol would make the user's server format every double, at several times the price.
 */
import type { Pool, PoolConnection } from 'mysql2/promise';
import type { Connection as CallbackConnection } from 'mysql2';
import type { Frame } from '../../model/frame.js';
import { FrameBuilder, FrameColumns, type RowIds } from './frame-builder.js';
import { killStatement } from './pool.js';
import { RowDecoder } from './row-decoder.js';
import { type RowTaker, streamRows } from './row-stream.js';
import type { WindowQuery } from './window-query.js';
import { wireConverters } from './wire-types.js';

/** Rows between two progress reports. */
const PROGRESS_EVERY = 50_000;

export interface ReadOptions {
  /** Aborting stops the statement on the server, too. */
  readonly signal?: AbortSignal;
  /** Told of the rows so far, and of the time of the last one: they come in the order of their times. */
  readonly progress?: (rows: number, upTo?: number) => void;
  /** Ids of what was read before, where this is a part of it: theirs count as duplicates. */
  readonly ids?: RowIds;
  /** `bytes`, unless the driver is to decode every cell: slower, and what the decoding of bytes is held against. */
  readonly decode?: 'bytes' | 'cells';
}

function takerOf({ plan }: WindowQuery, columns: FrameColumns, { progress, decode = 'bytes' }: ReadOptions): RowTaker {
  const builder = new FrameBuilder(plan, columns);
  const tell = (): void => {
    if (columns.read % PROGRESS_EVERY === 0) progress?.(columns.read, columns.newest);
  };
  return {
    bytes(fields) {
      const decoder = decode === 'bytes' ? RowDecoder.for(fields, plan, columns) : null;
      if (decoder === null) return null;
      return (packet) => {
        decoder.add(packet);
        tell();
      };
    },
    fields(fields) {
      builder.convertWith(wireConverters(fields, plan));
    },
    cells(row) {
      builder.add(row);
      tell();
    },
  };
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
  const columns = new FrameColumns(query.plan, options.ids);
  try {
    // It may have been aborted while it waited for the connection.
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort, { once: true });
    await streamRows(raw, query, takerOf(query, columns, options));
    // Aborted with its last row: the order to end the statement may still hit whatever this connection does next.
    signal?.throwIfAborted();
    connection.release();
    return columns.finish();
  } catch (error) {
    connection.destroy();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
