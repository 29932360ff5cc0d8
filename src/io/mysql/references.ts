/** The stored reference of a model version: its profile as bytes, whole or in pieces, its figures as JSON. */
import type { Figure } from '../../model/figure.js';
import { change, integer, json, numberOrNull, select, text, type Cell, type Queryable, type Row } from './rows.js';

/**
 * Bytes of a profile in one statement. The driver writes two digits for each, and MariaDB takes 16 MB a packet unless it
 * is told otherwise.
 */
const PIECE_BYTES = 4 * 2 ** 20;

export interface StoredFacts {
  readonly digest: string;
  readonly description: string;
  readonly rows: number;
  readonly figures: readonly Figure[];
}

export interface StoredReference extends StoredFacts {
  /** Encoded window profile. */
  readonly profile: Uint8Array;
  /** What profiles of hours need of it, encoded; absent where windows are read row by row. */
  readonly hoursProfile?: Uint8Array;
}

interface ReferenceKey {
  readonly model: string;
  readonly version: string;
  readonly revision: number;
}

async function profileInPieces(db: Queryable, key: readonly Cell[], length: number): Promise<Uint8Array> {
  const profile = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const [row] = await select(
      db,
      'SELECT bytes FROM reference_pieces WHERE model = ? AND version = ? AND revision = ? AND digest = ? AND piece = ?',
      [...key, filled / PIECE_BYTES],
    );
    const bytes = row?.['bytes'] as Buffer | undefined;
    if (bytes === undefined || bytes.length !== Math.min(PIECE_BYTES, length - filled)) {
      throw new Error(
        `the stored reference of ${String(key[0])} is not whole: byte ${String(filled)} of ${String(length)} is missing; ` +
          'delete its row in version_references, and the next cycle measures it anew',
      );
    }
    profile.set(bytes, filled);
    filled += bytes.length;
  }
  return profile;
}

async function profileOf(db: Queryable, { model, version, revision }: ReferenceKey, row: Row): Promise<Uint8Array> {
  const length = numberOrNull(row, 'profile_length');
  if (length === null) return row['profile'] as Buffer;
  return profileInPieces(db, [model, version, revision, text(row, 'digest')], length);
}

export async function findReference(
  db: Queryable,
  model: string,
  version: string,
  revision: number,
): Promise<StoredReference | null> {
  const [row] = await select(
    db,
    `SELECT digest, description, row_count, figures, profile, profile_length FROM version_references
     WHERE model = ? AND version = ? AND revision = ?`,
    [model, version, revision],
  );
  if (row === undefined) return null;
  return { ...factsOf(row), profile: await profileOf(db, { model, version, revision }, row) };
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
  model: string,
  version: string,
  revision: number,
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
  for (let start = 0; start < profile.length; start += PIECE_BYTES) {
    const bytes = profile.subarray(start, start + PIECE_BYTES);
    await change(
      db,
      `INSERT INTO reference_pieces (model, version, revision, digest, piece, bytes) VALUES (?, ?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE bytes = VALUES(bytes)`,
      [...key, start / PIECE_BYTES, asBuffer(bytes)],
    );
  }
}

/** Kept as first stored: two workers that profile the same rows store the same. The pieces are there before what names them. */
export async function storeReference(
  db: Queryable,
  model: string,
  version: string,
  revision: number,
  reference: StoredReference,
  now: number,
): Promise<void> {
  const { digest, profile, hoursProfile } = reference;
  const inPieces = profile.length > PIECE_BYTES;
  if (inPieces) await storePieces(db, [model, version, revision, digest], profile);
  await change(
    db,
    `INSERT INTO version_references
       (model, version, revision, digest, description, row_count, figures, profile, profile_length, hours_profile, stored_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) 
     ON DUPLICATE KEY UPDATE hours_profile = COALESCE(hours_profile, VALUES(hours_profile))`,
    [
      model,
      version,
      revision,
      digest,
      reference.description.slice(0, 300),
      reference.rows,
      JSON.stringify(reference.figures),
      inPieces ? Buffer.alloc(0) : asBuffer(profile),
      inPieces ? profile.length : null,
      hoursProfile === undefined ? null : asBuffer(hoursProfile),
      new Date(now),
    ],
  );
}
