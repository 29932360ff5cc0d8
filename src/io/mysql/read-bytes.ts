/** Bytes that lie in several rows, read into memory that is there: the driver would leave each row's to the collector. */
import type { Pool } from 'mysql2/promise';
import type { Connection as CallbackConnection } from 'mysql2';
import { type RowPacket, type Statement, streamRows } from './row-stream.js';

/** A row of one column that is not null: a zero byte, a byte of nulls, the length, the bytes. */
const BEFORE_LENGTH = 2;
const TWO_BYTES = 252;
const THREE_BYTES = 253;

function cellOf({ buffer, offset }: RowPacket): Uint8Array {
  const at = offset + BEFORE_LENGTH;
  const first = buffer.readUInt8(at);
  if (first < TWO_BYTES) return buffer.subarray(at + 1, at + 1 + first);
  if (first === TWO_BYTES) return buffer.subarray(at + 3, at + 3 + buffer.readUInt16LE(at + 1));
  if (first === THREE_BYTES) return buffer.subarray(at + 4, at + 4 + buffer.readUIntLE(at + 1, 3));
  return buffer.subarray(at + 9, at + 9 + Number(buffer.readBigUInt64LE(at + 1)));
}

/**
 * The cells of a statement's only column, which is not null, one behind the other.
 *
 * @returns how many bytes there were; those that `into` has no room for are counted alone.
 */
export async function readBytes(pool: Pool, statement: Statement, into: Uint8Array): Promise<number> {
  const connection = await pool.getConnection();
  let filled = 0;
  const take = (bytes: Uint8Array): void => {
    if (filled + bytes.length <= into.length) into.set(bytes, filled);
    filled += bytes.length;
  };
  try {
    await streamRows(connection.connection as unknown as CallbackConnection, statement, {
      bytes: () => (packet) => {
        take(cellOf(packet));
      },
      fields: () => undefined,
      cells: ([cell]) => {
        take(cell as Buffer);
      },
    });
    connection.release();
    return filled;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}
