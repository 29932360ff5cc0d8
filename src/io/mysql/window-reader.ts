/**
 * Reads the rows of one window into columns: the prepared (binary) protocol, row events, straight into typed arrays.
 * The text protocol would make the user's server format every double, at several times the price.
 */
import type { Pool, PoolConnection } from 'mysql2/promise';
import type { Connection as CallbackConnection, FieldPacket } from 'mysql2';
import type { Frame } from '../../model/frame.js';
import { FrameBuilder, FrameColumns, type RowIds } from './frame-builder.js';
import { killStatement } from './pool.js';
import { reuseMemory } from './receiving-socket.js';
import { RowDecoder, type RowPacket } from './row-decoder.js';
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

type RowParser = new () => { next(packet: RowPacket): void };

/** What the driver's command asks for a parser of its rows, when it knows their columns. Not in its types. */
interface ParserHost {
  buildParserFromFields(fields: readonly FieldPacket[], connection: unknown): RowParser;
}

/**
 * Has the command give its rows to `take` as bytes, where their types allow it; else, and with a driver that has no such
 * place, they come as events.
 */
function takeBytes(
  command: object,
  decoderOf: (fields: readonly FieldPacket[]) => RowDecoder | null,
  take: (decoder: RowDecoder, packet: RowPacket) => void,
): void {
  const host = command as Partial<ParserHost>;
  const { buildParserFromFields: own } = host;
  if (own === undefined) return;
  host.buildParserFromFields = (fields, connection) => {
    const decoder = decoderOf(fields);
    if (decoder === null) return own.call(host as ParserHost, fields, connection);
    return class {
      next(packet: RowPacket): void {
        take(decoder, packet);
      }
    };
  };
}

function streamRows(
  connection: CallbackConnection,
  query: WindowQuery,
  columns: FrameColumns,
  { progress, decode = 'bytes' }: ReadOptions,
): Promise<void> {
  let broken: (error: Error) => void = () => undefined;
  let keep: (() => void) | null = null;
  return new Promise<void>((resolve, reject) => {
    // A connection that breaks tells its own listeners, never the command that was running on it.
    broken = reject;
    connection.on('error', broken);
    const command = connection.execute({ sql: query.sql, values: [...query.values], rowsAsArray: true });
    const events = command as unknown as NodeJS.EventEmitter;
    const tell = (): void => {
      if (columns.read % PROGRESS_EVERY === 0) progress?.(columns.read, columns.newest);
    };
    // Thrown on, an error would end the process: nobody stands between a row and the socket.
    const fail = (error: unknown): void => {
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    if (decode === 'bytes') {
      takeBytes(
        command,
        (fields) => RowDecoder.for(fields, query.plan, columns),
        (decoder, packet) => {
          try {
            decoder.add(packet);
            // With the first row: what came before it, the driver may have kept.
            keep ??= reuseMemory(connection);
            tell();
          } catch (error) {
            fail(error);
          }
        },
      );
    }
    const builder = new FrameBuilder(query.plan, columns);
    command.on('error', reject);
    events.on('fields', (fields: readonly FieldPacket[] | undefined) => {
      if (fields !== undefined) builder.convertWith(wireConverters(fields, query.plan));
    });
    events.on('result', (row: unknown) => {
      // The header of a statement without rows also arrives here, and nothing does for a row that was taken as bytes.
      if (!Array.isArray(row)) return;
      try {
        builder.add(row);
        tell();
      } catch (error) {
        fail(error);
      }
    });
    command.on('end', () => {
      resolve();
    });
  }).finally(() => {
    keep?.();
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
  const columns = new FrameColumns(query.plan, options.ids);
  try {
    // It may have been aborted while it waited for the connection.
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort, { once: true });
    await streamRows(raw, query, columns, options);
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
