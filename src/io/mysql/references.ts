/** The stored reference of a model version: its profile as bytes, its figures as JSON. */
import type { Figure } from '../../model/figure.js';
import { change, integer, json, select, text, type Queryable } from './rows.js';

export interface StoredReference {
  readonly digest: string;
  readonly description: string;
  readonly rows: number;
  readonly figures: readonly Figure[];
  /** Encoded window profile. */
  readonly profile: Uint8Array;
}

export async function findReference(
  db: Queryable,
  model: string,
  version: string,
  revision: number,
): Promise<StoredReference | null> {
  const [row] = await select(
    db,
    'SELECT digest, description, row_count, figures, profile FROM version_references WHERE model = ? AND version = ? AND revision = ?',
    [model, version, revision],
  );
  if (row === undefined) return null;
  return {
    digest: text(row, 'digest'),
    description: text(row, 'description'),
    rows: integer(row, 'row_count'),
    figures: json(row, 'figures') as readonly Figure[],
    profile: row['profile'] as Buffer,
  };
}

/** Kept as first stored: two workers that profile the same rows store the same. */
export async function storeReference(
  db: Queryable,
  model: string,
  version: string,
  revision: number,
  reference: StoredReference,
  now: number,
): Promise<void> {
  await change(
    db,
    `INSERT INTO version_references (model, version, revision, digest, description, row_count, figures, profile, stored_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE model = model`,
    [
      model,
      version,
      revision,
      reference.digest,
      reference.description.slice(0, 300),
      reference.rows,
      JSON.stringify(reference.figures),
      Buffer.from(reference.profile),
      new Date(now),
    ],
  );
}
