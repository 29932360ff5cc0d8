/** Rows of one statement as they arrive, by the prepared (binary) protocol: as bytes where that can be had, else as cells. */
import type { Connection as CallbackConnection, FieldPacket } from 'mysql2';
import { reuseMemory } from './receiving-socket.js';

/** The part of the driver's packet that is used: one row lies in `[offset, end)` of the buffer. */
export interface RowPacket {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
}

export interface RowTaker {
  /** Who takes rows of these fields as bytes, of which nothing may be kept; null where the driver is to decode them. */
  bytes(fields: readonly FieldPacket[]): ((packet: RowPacket) => void) | null;
  /** Of rows that the driver decodes. */
  fields(fields: readonly FieldPacket[]): void;
  cells(row: unknown[]): void;
}

export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number | Date | null)[];
}

type RowParser = new () => { next(packet: RowPacket): void };

/** What the driver's command asks for a parser of its rows, when it knows their columns. Not in its types. */
interface ParserHost {
  buildParserFromFields(fields: readonly FieldPacket[], connection: unknown): RowParser;
}

/** With a driver that has no such place, rows come as events. */
function takeBytes(command: object, takerOf: RowTaker['bytes']): void {
  const host = command as Partial<ParserHost>;
  const { buildParserFromFields: own } = host;
  if (own === undefined) return;
  host.buildParserFromFields = (fields, connection) => {
    const take = takerOf(fields);
    if (take === null) return own.call(host as ParserHost, fields, connection);
    return class {
      next(packet: RowPacket): void {
        take(packet);
      }
    };
  };
}

/** Gives each row to `taker`. What it throws ends the promise; the connection is then in the middle of an answer. */
export function streamRows(connection: CallbackConnection, { sql, values }: Statement, taker: RowTaker): Promise<void> {
  let broken: (error: Error) => void = () => undefined;
  let keep: (() => void) | null = null;
  return new Promise<void>((resolve, reject) => {
    // A connection that breaks tells its own listeners, never the command that was running on it.
    broken = reject;
    connection.on('error', broken);
    const command = connection.execute({ sql, values: [...values], rowsAsArray: true });
    const events = command as unknown as NodeJS.EventEmitter;
    // Thrown on, an error would end the process: nobody stands between a row and the socket.
    const guarded = <Row>(take: (row: Row) => void): ((row: Row) => void) => {
      return (row) => {
        try {
          take(row);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
    };
    takeBytes(command, (fields) => {
      const take = taker.bytes(fields);
      return (
        take &&
        guarded((packet: RowPacket) => {
          take(packet);
          // With the first row: what came before it, the driver may have kept.
          keep ??= reuseMemory(connection);
        })
      );
    });
    command.on('error', reject);
    events.on('fields', (fields: readonly FieldPacket[] | undefined) => {
      if (fields !== undefined) taker.fields(fields);
    });
    const takeCells = guarded((row: unknown[]) => {
      taker.cells(row);
    });
    events.on('result', (row: unknown) => {
      // The header of a statement without rows also arrives here, and nothing does for a row that was taken as bytes.
      if (Array.isArray(row)) takeCells(row);
    });
    command.on('end', () => {
      resolve();
    });
  }).finally(() => {
    keep?.();
    connection.removeListener('error', broken);
  });
}
