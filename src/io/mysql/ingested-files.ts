/**
 * How far a file has come that was begun and not finished. Written in the transaction that stores its rows, so it never
 * says more than is stored; removed when the file has come to its end.
 */
import { change, integer, select, text, type Queryable } from './rows.js';

export interface FileKey {
  readonly model: string;
  readonly kind: 'predictions' | 'labels';
  /** SHA-256 of where the file is. */
  readonly file: string;
}

export interface FileMark {
  /** Rows from the beginning of the file that are stored. */
  readonly rows: number;
  /** SHA-256 of those rows. */
  readonly digest: string;
}

const keyOf = ({ model, kind, file }: FileKey): readonly string[] => [model, kind, file];

export async function findFileMark(db: Queryable, key: FileKey): Promise<FileMark | null> {
  const sql = 'SELECT row_count, digest FROM ingested_files WHERE model = ? AND kind = ? AND file = ?';
  const [row] = await select(db, sql, keyOf(key));
  return row === undefined ? null : { rows: integer(row, 'row_count'), digest: text(row, 'digest') };
}

export async function noteFileMark(db: Queryable, key: FileKey, { rows, digest }: FileMark): Promise<void> {
  await change(
    db,
    `INSERT INTO ingested_files (model, kind, file, row_count, digest, written_at) VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(3))
     ON DUPLICATE KEY UPDATE row_count = VALUES(row_count), digest = VALUES(digest), written_at = VALUES(written_at)`,
    [...keyOf(key), rows, digest],
  );
}

export async function forgetFileMark(db: Queryable, key: FileKey): Promise<void> {
  await change(db, 'DELETE FROM ingested_files WHERE model = ? AND kind = ? AND file = ?', keyOf(key));
}

/** Whether the row is still in its table: rows may have been deleted since the mark was written. */
export async function isStored(
  db: Queryable,
  { model, kind }: FileKey,
  row: { readonly time: number; readonly id: string },
): Promise<boolean> {
  const sql = `SELECT 1 AS found FROM ${kind} WHERE model = ? AND time = ? AND id = ?`;
  return (await select(db, sql, [model, new Date(row.time), row.id])).length > 0;
}
