/** Labelled rows of a span from Plumbline's own tables: what a team has after the fact is what it logged. */
import mysql from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';

import type { FeatureValues } from './encoding.js';
import type { LabelledRow } from './training.js';

export interface RowsWanted {
  readonly model: string;
  /** Half-open, ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** Only labels that had come in by then, ISO 8601; absent: all. */
  readonly arrivedBy?: string;
}

/** The database could not be read; the message never holds the address, which has a password in it. */
export class SourceUnavailable extends Error {
  override readonly name = 'SourceUnavailable';
}

const QUERY = `
  SELECT p.id AS id, p.time AS time, p.features AS features, l.label AS label
  FROM predictions p
  JOIN labels l ON l.model = p.model AND l.time = p.time AND l.id = p.id
  WHERE p.model = ? AND p.time >= ? AND p.time < ? AND l.label IS NOT NULL AND l.arrived_at <= ?
  ORDER BY p.time, p.id`;

/** The last instant that a DATETIME(3) holds: no label arrived after it. */
const END_OF_TIME = '9999-12-31T23:59:59.999Z';

/** Rows in the order of their time; rows without features are left out, since there is nothing to learn from them. */
export async function readLabelledRows(url: string, wanted: RowsWanted): Promise<readonly LabelledRow[]> {
  const bound = [wanted.from, wanted.to, wanted.arrivedBy ?? END_OF_TIME].map((text) => new Date(text));
  let connection: mysql.Connection | undefined;
  try {
    // JSON as text: MariaDB knows no other form, and MySQL is asked for the same.
    connection = await mysql.createConnection({ uri: url, timezone: 'Z', jsonStrings: true, connectTimeout: 10_000 });
    const [rows] = await connection.execute<RowDataPacket[]>(QUERY, [wanted.model, ...bound]);
    return rows.flatMap((row) => {
      const features = featuresOf(row['features']);
      const time: unknown = row['time'];
      if (features === undefined || !(time instanceof Date)) return [];
      return [{ id: String(row['id']), time: time.getTime(), features, label: String(row['label']) }];
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
    throw new SourceUnavailable(`The labelled rows could not be read from MySQL: ${code}.`, { cause: error });
  } finally {
    await connection?.end().catch(() => undefined);
  }
}

function featuresOf(cell: unknown): FeatureValues | undefined {
  if (typeof cell !== 'string') return undefined;
  const parsed: unknown = JSON.parse(cell);
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    ? (parsed as FeatureValues)
    : undefined;
}
