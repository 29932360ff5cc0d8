/** The stored reference of a model version: its profile as bytes, whole or in pieces, its figures as JSON. */
import type { Pool } from 'mysql2/promise';
import type { EncodedReference } from '../../measure/encode-reference.js';
import type { Figure } from '../../model/figure.js';
import type { LongColumn } from '../../profile/encode-profile.js';
import { readBytes } from './read-bytes.js';
import {
  change,
  insertRows,
  integer,
  json,
  numberOrNull,
  select,
  text,
  type Cell,
  type Queryable,
  type Row,
} from './rows.js';

/** Larger profiles lie in pieces. The driver writes two digits for each byte, and MariaDB takes 16 MB a packet unless told otherwise. */
const STATEMENT_BYTES = 4 * 2 ** 20;

/** Two to a page of the database, without one of their own; a multiple of eight, so that doubles stay aligned. */
const PIECE_BYTES = 7 * 1024;
const PIECES_PER_STATEMENT = Math.floor(STATEMENT_BYTES / PIECE_BYTES);
/** What pieces had before their size was stored. */
const EARLIER_PIECE_BYTES = STATEMENT_BYTES;

export interface StoredFacts {
  readonly digest: string;
  readonly description: string;
  readonly rows: number;
  readonly figures: readonly Figure[];
}

export interface StoredReference extends StoredFacts {
  readonly profile: EncodedReference;
  /** What profiles of hours need of it, encoded; absent where windows are read row by row. */
  readonly hoursProfile?: Uint8Array;
}

export interface ReferenceKey {
  readonly model: string;
  readonly version: string;
  readonly revision: number;
}

/** Where a reference lies that is too large for one row. */
export interface Pieces extends ReferenceKey {
  readonly digest: string;
  /** Bytes of all, and of each but the last. */
  readonly length: number;
  readonly size: number;
}

/** A reference without the values of its long columns. */
export interface FoundReference extends StoredFacts {
  /** Its bytes from the head of the profile on. */
  readonly head: Uint8Array;
  /** Null where it lies whole beside its figures, and has no long columns. */
  readonly pieces: Pieces | null;
}

/** Bytes of a reference, the whole pieces in which they lie, in `memory` where that is large enough. */
async function bytesInPieces(
  pool: Pool,
  { model, version, revision, digest, length, size }: Pieces,
  wanted: { readonly at: number; readonly bytes: number },
  memory?: ArrayBuffer,
): Promise<Uint8Array> {
  const [first, last] = [Math.floor(wanted.at / size), Math.floor((wanted.at + wanted.bytes - 1) / size)];
  const expected = Math.min(length, (last + 1) * size) - first * size;
  const isEnough = memory !== undefined && memory.byteLength >= expected;
  const found = isEnough ? new Uint8Array(memory, 0, expected) : new Uint8Array(expected);
  const sql = `SELECT bytes FROM reference_pieces
    WHERE model = ? AND version = ? AND revision = ? AND digest = ? AND piece BETWEEN ? AND ? ORDER BY piece`;
  const filled = await readBytes(pool, { sql, values: [model, version, revision, digest, first, last] }, found);
  if (filled !== expected) {
    throw new Error(
      `the stored reference of ${model} is not whole: pieces ${String(first)} to ${String(last)} hold ${String(filled)} bytes ` +
        `instead of ${String(expected)}; delete its row in version_references, and the next cycle measures it anew`,
    );
  }
  return found.subarray(wanted.at - first * size, wanted.at - first * size + wanted.bytes);
}

export async function findReference(pool: Pool, key: ReferenceKey): Promise<FoundReference | null> {
  const [row] = await select(
    pool,
    `SELECT digest, description, row_count, figures, profile, profile_length, profile_head, piece_bytes
     FROM version_references WHERE model = ? AND version = ? AND revision = ?`,
    [key.model, key.version, key.revision],
  );
  if (row === undefined) return null;
  const facts = factsOf(row);
  const length = numberOrNull(row, 'profile_length');
  if (length === null) return { ...facts, head: row['profile'] as Buffer, pieces: null };
  const size = numberOrNull(row, 'piece_bytes') ?? EARLIER_PIECE_BYTES;
  const pieces = { ...key, digest: facts.digest, length, size };
  const at = numberOrNull(row, 'profile_head') ?? 0;
  return { ...facts, head: await bytesInPieces(pool, pieces, { at, bytes: length - at }), pieces };
}

/** Memory that takes the bytes of any of these columns. */
export function roomForColumns({ size }: Pieces, columns: Iterable<Pick<LongColumn, 'bytes'>>): number {
  return Math.max(0, ...[...columns].map(({ bytes }) => bytes)) + 2 * size;
}

/** Bytes of a long column, in `memory` where that is large enough. */
export async function findColumn(
  pool: Pool,
  pieces: Pieces,
  column: Pick<LongColumn, 'at' | 'bytes'>,
  memory?: ArrayBuffer,
): Promise<Uint8Array> {
  return bytesInPieces(pool, pieces, column, memory);
}

function factsOf(row: Row): StoredFacts {
  return {
    digest: text(row, 'digest'),
    description: text(row, 'description'),
    rows: integer(row, 'row_count'),
    figures: json(row, 'figures') as readonly Figure[],
  };
}

/** The reference without the values of its rows; null where there is none, or none for profiles. */
export async function findHoursProfile(
  db: Queryable,
  { model, version, revision }: ReferenceKey,
): Promise<(StoredFacts & { readonly hoursProfile: Uint8Array }) | null> {
  const [row] = await select(
    db,
    `SELECT digest, description, row_count, figures, hours_profile FROM version_references
     WHERE model = ? AND version = ? AND revision = ? AND hours_profile IS NOT NULL`,
    [model, version, revision],
  );
  return row === undefined ? null : { ...factsOf(row), hoursProfile: row['hours_profile'] as Buffer };
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Pieces of the same rows are the same, whoever writes them; those of a writer that was killed are written over. */
async function storePieces(db: Queryable, key: readonly Cell[], profile: Uint8Array): Promise<void> {
  const pieces = Math.ceil(profile.length / PIECE_BYTES);
  for (let first = 0; first < pieces; first += PIECES_PER_STATEMENT) {
    const rows = Array.from({ length: Math.min(PIECES_PER_STATEMENT, pieces - first) }, (_, at) => {
      const start = (first + at) * PIECE_BYTES;
      return [...key, first + at, asBuffer(profile.subarray(start, start + PIECE_BYTES))];
    });
    await insertRows(
      db,
      `INSERT INTO reference_pieces (model, version, revision, digest, piece, bytes) VALUES ?
       ON DUPLICATE KEY UPDATE bytes = VALUES(bytes)`,
      rows,
    );
  }
}

/** Kept as first stored: two workers that profile the same rows store the same. The pieces are there before what names them. */
export async function storeReference(
  db: Queryable,
  { model, version, revision }: ReferenceKey,
  reference: StoredReference,
  now: number,
): Promise<void> {
  const { digest, hoursProfile } = reference;
  const { bytes, headAt } = reference.profile;
  const inPieces = headAt > 0 || bytes.length > STATEMENT_BYTES;
  if (inPieces) await storePieces(db, [model, version, revision, digest], bytes);
  await change(
    db,
    `INSERT INTO version_references
       (model, version, revision, digest, description, row_count, figures, profile, profile_length, profile_head,
        piece_bytes, hours_profile, stored_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE hours_profile = COALESCE(hours_profile, VALUES(hours_profile))`,
    [
      model,
      version,
      revision,
      digest,
      reference.description.slice(0, 300),
      reference.rows,
      JSON.stringify(reference.figures),
      inPieces ? Buffer.alloc(0) : asBuffer(bytes),
      inPieces ? bytes.length : null,
      headAt > 0 ? headAt : null,
      inPieces ? PIECE_BYTES : null,
      hoursProfile === undefined ? null : asBuffer(hoursProfile),
      new Date(now),
    ],
  );
}
