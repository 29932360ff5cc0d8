/** References are stored and found again whole, whatever their size; no statement carries more than servers take. */
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { forgetModel } from '../../src/io/mysql/forget-model.js';
import { findReference, storeReference, type StoredReference } from '../../src/io/mysql/references.js';
import { change, integer, select } from '../../src/io/mysql/rows.js';
import { onEachServer } from './servers.js';

const NOW = Date.parse('2026-01-05T12:00:00Z');
const MEGABYTE = 2 ** 20;
/** What MariaDB takes unless it is told otherwise, as digits of bytes. */
const MOST_PACKET_BYTES = 8 * MEGABYTE;

function referenceOf(bytes: number): StoredReference {
  const profile = randomBytes(bytes);
  const digest = createHash('sha256').update(profile).digest('hex');
  return { digest, description: 'a span', rows: 1_000, figures: [], profile };
}

onEachServer((database) => {
  /** Compared as bytes: a matcher would walk millions of elements. */
  const isFound = async (reference: StoredReference, model: string, revision = 1): Promise<boolean> => {
    const found = await findReference(database().pool, model, 'v1', revision);
    return found !== null && Buffer.compare(Buffer.from(found.profile), Buffer.from(reference.profile)) === 0;
  };
  const piecesOf = async (model: string): Promise<readonly number[]> => {
    const sql = 'SELECT LENGTH(bytes) AS length FROM reference_pieces WHERE model = ? ORDER BY digest, piece';
    return (await select(database().pool, sql, [model])).map((row) => integer(row, 'length'));
  };

  it.each([
    ['small, and lies whole beside its figures', 'small', 1_000, []],
    ['as large as one piece, and lies whole', 'one', 4 * MEGABYTE, []],
    ['a byte larger, and lies in two pieces', 'more', 4 * MEGABYTE + 1, [4 * MEGABYTE, 1]],
    ['of several full pieces', 'full', 12 * MEGABYTE, [4 * MEGABYTE, 4 * MEGABYTE, 4 * MEGABYTE]],
  ] as const)('a profile is found again that is %s', async (_, model, bytes, pieces) => {
    const { pool } = database();
    const reference = referenceOf(bytes);
    await storeReference(pool, model, 'v1', 1, reference, NOW);
    const found = await findReference(pool, model, 'v1', 1);
    expect(await isFound(reference, model)).toBe(true);
    expect({ ...found, profile: null }).toEqual({ ...reference, profile: null });
    expect(await piecesOf(model)).toEqual(pieces);
    expect(Math.max(0, ...pieces)).toBeLessThan(MOST_PACKET_BYTES);
  });

  it('the reference that was stored first stays, with its own pieces', async () => {
    const { pool } = database();
    const [first, second] = [referenceOf(5 * MEGABYTE), referenceOf(6 * MEGABYTE)];
    await storeReference(pool, 'twice', 'v1', 1, first, NOW);
    await storeReference(pool, 'twice', 'v1', 1, second, NOW);
    await storeReference(pool, 'twice', 'v1', 2, second, NOW);
    expect([await isFound(first, 'twice'), await isFound(second, 'twice', 2)]).toEqual([true, true]);
  });

  describe('pieces that a killed worker left', () => {
    it('are written over, and name no reference before they are whole', async () => {
      const { pool } = database();
      const reference = referenceOf(5 * MEGABYTE);
      await change(
        pool,
        'INSERT INTO reference_pieces (model, version, revision, digest, piece, bytes) VALUES (?, ?, ?, ?, 0, ?)',
        ['killed', 'v1', 1, reference.digest, Buffer.from('half')],
      );
      expect(await findReference(pool, 'killed', 'v1', 1)).toBeNull();
      await storeReference(pool, 'killed', 'v1', 1, reference, NOW);
      expect(await isFound(reference, 'killed')).toBe(true);
    });

    it('but a piece that is gone is told, with what to do', async () => {
      const { pool } = database();
      await storeReference(pool, 'gone', 'v1', 1, referenceOf(9 * MEGABYTE), NOW);
      await change(pool, 'DELETE FROM reference_pieces WHERE model = ? AND piece = 1', ['gone']);
      await expect(findReference(pool, 'gone', 'v1', 1)).rejects.toThrow(
        /reference of gone is not whole: byte 4194304 of 9437184 is missing; delete its row in version_references/,
      );
    });
  });

  it('a model that is forgotten leaves no piece', async () => {
    const { pool } = database();
    await storeReference(pool, 'left', 'v1', 1, referenceOf(5 * MEGABYTE), NOW);
    await forgetModel(pool, 'left');
    expect(await piecesOf('left')).toEqual([]);
  });
});
