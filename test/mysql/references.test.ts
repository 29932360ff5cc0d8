/** References are stored and found again whole, whatever their size; no statement carries more than servers take. */
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { forgetModel } from '../../src/io/mysql/forget-model.js';
import { findColumn, findReference, roomForColumns, storeReference } from '../../src/io/mysql/references.js';
import type { Pieces, StoredReference } from '../../src/io/mysql/references.js';
import { change, integer, select } from '../../src/io/mysql/rows.js';
import { onEachServer } from './servers.js';

const NOW = Date.parse('2026-01-05T12:00:00Z');
const MEGABYTE = 2 ** 20;
/** Rows of pieces, and what a server takes at a time, as digits of bytes. */
const PIECE = 7 * 1024;
const MOST_PACKET_BYTES = 8 * MEGABYTE;

const keyOf = (model: string, revision = 1) => ({ model, version: 'v1', revision });

function referenceOf(bytes: number, headAt = 0): StoredReference {
  const profile = randomBytes(bytes);
  const digest = createHash('sha256').update(profile).digest('hex');
  return { digest, description: 'a span', rows: 1_000, figures: [], profile: { bytes: profile, headAt } };
}

/** Compared as bytes: a matcher would walk millions of elements. */
const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

onEachServer((database) => {
  const isFound = async ({ profile }: StoredReference, model: string, revision = 1): Promise<boolean> => {
    const found = await findReference(database().pool, keyOf(model, revision));
    return found !== null && isSame(found.head, profile.bytes.subarray(profile.headAt));
  };
  const piecesOf = async (model: string): Promise<readonly number[]> => {
    const sql = 'SELECT LENGTH(bytes) AS length FROM reference_pieces WHERE model = ? ORDER BY digest, piece';
    return (await select(database().pool, sql, [model])).map((row) => integer(row, 'length'));
  };
  const storedPieces = async (model: string): Promise<Pieces> => {
    const found = await findReference(database().pool, keyOf(model));
    if (!found?.pieces) throw new Error('it does not lie in pieces');
    return found.pieces;
  };

  it.each([
    ['small, and lies whole beside its figures', 'small', 1_000, 0],
    ['as large as a statement takes, and lies whole', 'one', 4 * MEGABYTE, 0],
    ['a byte larger, and lies in pieces', 'more', 4 * MEGABYTE + 1, 586],
    ['of full pieces, which take several statements', 'full', 1_800 * PIECE, 1_800],
  ] as const)('a profile is found again that is %s', async (_, model, bytes, pieces) => {
    const { pool } = database();
    const reference = referenceOf(bytes);
    await storeReference(pool, keyOf(model), reference, NOW);
    expect(await isFound(reference, model)).toBe(true);
    const { digest, description, rows, figures } = reference;
    expect(await findReference(pool, keyOf(model))).toMatchObject({ digest, description, rows, figures });
    const stored = await piecesOf(model);
    expect(stored).toHaveLength(pieces);
    expect(stored.slice(0, -1).every((length) => length === PIECE)).toBe(true);
    expect(PIECE * 585).toBeLessThan(MOST_PACKET_BYTES / 2);
  });

  it('of a profile with long columns the head is found, and each column by itself', async () => {
    const { pool } = database();
    const headAt = 3 * PIECE + 504;
    const reference = referenceOf(headAt + 100, headAt);
    await storeReference(pool, keyOf('long'), reference, NOW);
    expect(await isFound(reference, 'long')).toBe(true);
    const pieces = await storedPieces('long');
    const columns = [
      { at: 0, bytes: 80 },
      { at: 80, bytes: PIECE - 80 },
      { at: PIECE, bytes: PIECE + 8 },
      { at: 2 * PIECE + 8, bytes: headAt - 2 * PIECE - 8 },
    ];
    const memory = new ArrayBuffer(roomForColumns(pieces, columns));
    for (const { at, bytes } of columns) {
      const wanted = reference.profile.bytes.subarray(at, at + bytes);
      const own = await findColumn(pool, pieces, { at, bytes });
      const given = await findColumn(pool, pieces, { at, bytes }, memory);
      const tooSmall = await findColumn(pool, pieces, { at, bytes }, new ArrayBuffer(64));
      expect([own, given, tooSmall].map((found) => isSame(found, wanted))).toEqual([true, true, true]);
      expect([given.buffer === memory, own.byteOffset % 8, given.byteOffset % 8]).toEqual([true, 0, 0]);
    }
  });

  it('what was stored in pieces of four megabytes, before their size was told, is found', async () => {
    const { pool } = database();
    const reference = referenceOf(5 * MEGABYTE);
    const { bytes } = reference.profile;
    await storeReference(pool, keyOf('earlier'), reference, NOW);
    await change(pool, 'DELETE FROM reference_pieces WHERE model = ?', ['earlier']);
    await change(pool, 'UPDATE version_references SET piece_bytes = NULL WHERE model = ?', ['earlier']);
    for (const [piece, part] of [bytes.subarray(0, 4 * MEGABYTE), bytes.subarray(4 * MEGABYTE)].entries()) {
      await change(
        pool,
        'INSERT INTO reference_pieces (model, version, revision, digest, piece, bytes) VALUES (?, ?, ?, ?, ?, ?)',
        ['earlier', 'v1', 1, reference.digest, piece, Buffer.from(part)],
      );
    }
    expect(await isFound(reference, 'earlier')).toBe(true);
  });

  it('the reference that was stored first stays, with its own pieces', async () => {
    const { pool } = database();
    const [first, second] = [referenceOf(5 * MEGABYTE), referenceOf(6 * MEGABYTE)];
    await storeReference(pool, keyOf('twice'), first, NOW);
    await storeReference(pool, keyOf('twice'), second, NOW);
    await storeReference(pool, keyOf('twice', 2), second, NOW);
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
      expect(await findReference(pool, keyOf('killed'))).toBeNull();
      await storeReference(pool, keyOf('killed'), reference, NOW);
      expect(await isFound(reference, 'killed')).toBe(true);
    });

    it.each([
      ['gone', 'DELETE FROM reference_pieces WHERE model = ? AND piece = 1', 2 * PIECE],
      [
        'cut short',
        'UPDATE reference_pieces SET bytes = SUBSTRING(bytes, 1, 5) WHERE model = ? AND piece = 1',
        2 * PIECE + 5,
      ],
    ])('but a piece that is %s is told, with what to do', async (what, damage, left) => {
      const { pool } = database();
      const model = what.replace(' ', '-');
      await storeReference(pool, keyOf(model), referenceOf(3 * PIECE + 9, 3 * PIECE), NOW);
      await change(pool, damage, [model]);
      const pieces = await storedPieces(model);
      await expect(findColumn(pool, pieces, { at: 0, bytes: 3 * PIECE })).rejects.toThrow(
        `the stored reference of ${model} is not whole: pieces 0 to 2 hold ${String(left)} bytes instead of ` +
          `${String(3 * PIECE)}; delete its row in version_references`,
      );
    });

    it('and so is one that holds more than it may', async () => {
      const { pool } = database();
      await storeReference(pool, keyOf('longer'), referenceOf(3 * PIECE + 9, 3 * PIECE), NOW);
      await change(pool, "UPDATE reference_pieces SET bytes = CONCAT(bytes, 'x') WHERE model = ? AND piece = 2", [
        'longer',
      ]);
      const column = { at: 0, bytes: 3 * PIECE };
      await expect(findColumn(pool, await storedPieces('longer'), column)).rejects.toThrow(
        `hold ${String(3 * PIECE + 1)} bytes instead of ${String(3 * PIECE)}`,
      );
    });
  });

  it('a model that is forgotten leaves no piece', async () => {
    const { pool } = database();
    await storeReference(pool, keyOf('left'), referenceOf(5 * MEGABYTE), NOW);
    await forgetModel(pool, 'left');
    expect(await piecesOf('left')).toEqual([]);
  });
});
